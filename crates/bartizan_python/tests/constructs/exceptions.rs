//! try, except and finally.

use insta::assert_snapshot;

use super::lowered;

#[test]
fn a_handler_sees_what_each_statement_may_have_left() {
    assert_snapshot!(lowered(r#"
        def load(path):
            text = ""
            try:
                text = read(path)
                text = parse(text)
            except OSError:
                text = text
            return text
    "#), @r#"
    module:
      load = def load
    load:
      try
      call read(param0)   [tried]
      call parse(read(param0))   [tried]
      return try(parse(read(param0)) | try("" | read(param0) | parse(read(param0))))
      result try(parse(read(param0)) | try("" | read(param0) | parse(read(param0))))
    "#);
}

#[test]
fn several_handlers_with_names() {
    assert_snapshot!(lowered(r#"
        def load(path):
            try:
                return read(path)
            except (OSError, ValueError) as error:
                log(error)
            except errors.Broken:
                pass
            except:
                raise
    "#), @"
    module:
      load = def load
    load:
      try
      call read(param0)   [tried]
      return read(param0)   [tried]
      call log(caught (OSError, ValueError,))   [handler 0]
      raise    [handler 2]
      result return(read(param0) | None)
    ");
}

#[test]
fn the_name_of_an_exception_ends_with_its_handler() {
    assert_snapshot!(lowered(r#"
        def load(path):
            error = None
            try:
                read(path)
            except OSError as error:
                print(error)
            return error
    "#), @"
    module:
      load = def load
    load:
      try
      call read(param0)   [tried]
      call print(caught OSError)   [handler 0]
      return try(None | unbound)
      result try(None | unbound)
    ");
}

#[test]
fn without_parentheses() {
    assert_snapshot!(lowered(r#"
        def load(path):
            try:
                read(path)
            except OSError, ValueError:
                return None
            return path
    "#), @"
    module:
      load = def load
    load:
      try
      call read(param0)   [tried]
      return None   [handler 0]
      return param0   [tried, no exception]
      result return(None | param0)
    ");
}

#[test]
fn else_runs_without_an_exception() {
    assert_snapshot!(lowered(r#"
        def load(path):
            try:
                text = read(path)
            except OSError:
                text = None
            else:
                text = parse(text)
            return text
    "#), @"
    module:
      load = def load
    load:
      try
      call read(param0)   [tried]
      call parse(read(param0))   [tried, no exception]
      return try(parse(read(param0)) | None)
      result try(parse(read(param0)) | None)
    ");
}

#[test]
fn finally_runs_on_every_way() {
    assert_snapshot!(lowered(r#"
        def load(path):
            file = None
            try:
                file = open(path)
                return file.read()
            except OSError:
                file = None
            finally:
                close(file)
            return file
    "#), @"
    module:
      load = def load
    load:
      try
      call open(param0)   [tried]
      call open(param0).read()   [tried]
      return open(param0).read()   [tried]
      call close(finally(None | None | open(param0) | try(None | open(param0)) | None))
      return None   [handler 0]
      result return(open(param0).read() | None)
    ");
}

#[test]
fn groups() {
    assert_snapshot!(lowered(r#"
        def load(paths):
            try:
                read(paths)
            except* OSError as group:
                log(group)
            except* TypeError, ValueError:
                log(None)
    "#), @"
    module:
      load = def load
    load:
      try
      call read(param0)   [tried]
      call log(caught OSError)   [handler 0]
      call log(None)   [handler 1]
      result None
    ");
}

#[test]
fn raise_in_a_body_that_is_caught() {
    assert_snapshot!(lowered(r#"
        def check(order):
            try:
                if order.bad:
                    raise Bad(order)
                ship(order)
            except Bad as bad:
                return bad
            return order
    "#), @"
    module:
      check = def check
    check:
      try
      call Bad(param0)   [tried, param0.bad]
      raise Bad(param0)   [tried, param0.bad]
      call ship(param0)   [tried, not param0.bad]
      return caught Bad   [handler 0]
      return param0   [tried, not param0.bad, no exception]
      result return(caught Bad | param0)
    ");
}

#[test]
fn leaving_in_finally_wins() {
    assert_snapshot!(lowered(r#"
        def load(path):
            try:
                return read(path)
            finally:
                return 0
    "#), @"
    module:
      load = def load
    load:
      try
      call read(param0)   [tried]
      return read(param0)   [tried]
      return 0
      result 0
    ");
}

#[test]
fn nested() {
    assert_snapshot!(lowered(r#"
        def load(path):
            try:
                try:
                    return read(path)
                finally:
                    first()
            except OSError:
                second()
    "#), @"
    module:
      load = def load
    load:
      try
      try   [tried]
      call read(param0)   [tried, tried]
      return read(param0)   [tried, tried]
      call first()   [tried]
      call second()   [handler 0]
      result return(read(param0) | None)
    ");
}
