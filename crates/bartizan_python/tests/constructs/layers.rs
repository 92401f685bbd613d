//! Names that a module may get in ways that its text does not name.

use insta::assert_snapshot;

use super::lowered;

#[test]
fn star_imports_lie_under_names() {
    assert_snapshot!(lowered(r#"
        from .base import *
        DEBUG = False
        from .local import *
        MODE = DEBUG
        HOST = ALLOWED
    "#), @"
    module:
      import .base:*
      import .local:*
      DEBUG = DEBUG<False | import .local:*>
      MODE = DEBUG<False | import .local:*>
      HOST = ALLOWED<import .base:* | import .local:*>
    ");
}

#[test]
fn star_imports_lie_in_their_order() {
    assert_snapshot!(lowered(r#"
        from .base import *
        first = DEBUG
        from .local import *
        second = DEBUG
    "#), @"
    module:
      import .base:*
      import .local:*
      first = first<DEBUG<import .base:*> | import .local:*>
      second = DEBUG<import .base:* | import .local:*>
    ");
}

#[test]
fn a_name_bound_after_a_star_import_is_certain() {
    assert_snapshot!(lowered(r#"
        from .base import *
        DEBUG = False
        MODE = DEBUG
    "#), @"
    module:
      import .base:*
      DEBUG = False
      MODE = False
    ");
}

#[test]
fn star_imports_on_a_branch() {
    assert_snapshot!(lowered(r#"
        DEBUG = False
        if production:
            from .production import *
        MODE = DEBUG
    "#), @"
    module:
      import .production:*   [production]
      DEBUG = DEBUG<False | import .production:*>
      MODE = DEBUG<False | import .production:*>
    ");
}

#[test]
fn star_imports_in_a_try() {
    assert_snapshot!(lowered(r#"
        DEBUG = False
        try:
            from .local import *
        except ImportError:
            pass
        MODE = DEBUG
    "#), @"
    module:
      try
      import .local:*   [tried]
      DEBUG = DEBUG<False | import .local:*>
      MODE = DEBUG<False | import .local:*>
    ");
}

#[test]
fn globals_of_one_name() {
    assert_snapshot!(lowered(r#"
        globals()["DEBUG"] = True
        MODE = DEBUG
        vars()["HOST"] = "a"
        locals()[key] = 3
        HOSTS = HOST
    "#), @r#"
    module:
      call globals()
      call vars<globals["DEBUG"] = True>()
      call locals<globals["DEBUG"] = True | globals["HOST"] = "a">()
      MODE = MODE<DEBUG<globals["DEBUG"] = True> | globals["HOST"] = "a" | globals[key<globals["DEBUG"] = True | globals["HOST"] = "a">] = 3>
      HOSTS = HOST<globals["DEBUG"] = True | globals["HOST"] = "a" | globals[key<globals["DEBUG"] = True | globals["HOST"] = "a">] = 3>
    "#);
}

#[test]
fn globals_update() {
    assert_snapshot!(lowered(r#"
        DEBUG = False
        globals().update(load())
        locals().update(HOST="a")
        MODE = DEBUG
        HOSTS = HOST
    "#), @r#"
    module:
      call globals()
      call load()
      call globals().update(load())
      call locals<globals.update load()>()
      call locals<globals.update load()>().update(HOST="a")
      DEBUG = DEBUG<False | globals.update load() | globals["HOST"] = "a">
      MODE = DEBUG<False | globals.update load() | globals["HOST"] = "a">
      HOSTS = HOST<globals.update load() | globals["HOST"] = "a">
    "#);
}

#[test]
fn exec_may_bind_any_name() {
    assert_snapshot!(lowered(r#"
        DEBUG = False
        exec(open("local.py").read())
        MODE = DEBUG
    "#), @r#"
    module:
      call open("local.py")
      call open("local.py").read()
      call exec(open("local.py").read())
      DEBUG = DEBUG<False | any name>
      MODE = DEBUG<False | any name>
    "#);
}

#[test]
fn globals_in_a_function() {
    assert_snapshot!(lowered(r#"
        def configure(name):
            globals()[name] = 3
            locals().update({"a": 1})
            exec(name)
            return DEBUG
    "#), @r#"
    module:
      configure = def configure
    configure:
      call globals()
      change globals()~setitem(param0, 3)
      call locals()
      call locals().update({"a": 1})
      change locals()~update({"a": 1})
      call exec(param0)
      return DEBUG
      result DEBUG
    "#);
}

#[test]
fn an_exec_with_a_namespace_of_its_own() {
    assert_snapshot!(lowered(r#"
        DEBUG = False
        space = {}
        exec(code, space)
        MODE = DEBUG
    "#), @"
    module:
      call exec(code, {})
      DEBUG = False
      space = {}~escaped
      MODE = False
    ");
}

// Wrong today: `A` is bound in the class body; it is read as a name of the module. Only modules
// have layers.
#[test]
fn a_class_body_may_update_its_own_names() {
    assert_snapshot!(lowered(r#"
        class Settings:
            locals().update(load())
            vars()["A"] = 1
            mode = A
    "#), @r#"
    module:
      Settings = class Settings
    Settings:
      call locals()
      call load()
      call locals().update(load())
      change locals()~update(load())
      call vars()
      change vars()~setitem("A", 1)
      mode = A
    "#);
}
