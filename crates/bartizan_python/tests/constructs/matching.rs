//! match and each of its patterns.

use insta::assert_snapshot;

use super::lowered;

#[test]
fn values_and_singletons() {
    assert_snapshot!(lowered(r#"
        def action(command):
            match command:
                case "ship":
                    return 1
                case -1 | 2.5:
                    return 2
                case codes.CANCEL:
                    return 3
                case None:
                    return 4
                case True:
                    return 5
                case _:
                    return 6
    "#), @r#"
    module:
      action = def action
    action:
      return 1   [(param0 fits "ship")]
      return 2   [not (param0 fits "ship"), (param0 fits (- 1) | 2.5)]
      return 3   [not (param0 fits "ship"), not (param0 fits (- 1) | 2.5), (param0 fits codes.CANCEL)]
      return 4   [not (param0 fits "ship"), not (param0 fits (- 1) | 2.5), not (param0 fits codes.CANCEL), (param0 fits is None)]
      return 5   [not (param0 fits "ship"), not (param0 fits (- 1) | 2.5), not (param0 fits codes.CANCEL), not (param0 fits is None), (param0 fits is True)]
      return 6   [not (param0 fits "ship"), not (param0 fits (- 1) | 2.5), not (param0 fits codes.CANCEL), not (param0 fits is None), not (param0 fits is True), (param0 fits _)]
      result return(1 | 2 | 3 | 4 | 5 | 6)
    "#);
}

#[test]
fn captures() {
    assert_snapshot!(lowered(r#"
        def action(command):
            match command:
                case other:
                    return other
    "#), @"
    module:
      action = def action
    action:
      return param0   [(param0 fits _)]
      result param0
    ");
}

#[test]
fn sequences() {
    assert_snapshot!(lowered(r#"
        def first(command):
            match command:
                case []:
                    return None
                case [single]:
                    return single
                case ["add", name, (price)]:
                    return name, price
                case [head, *middle, last]:
                    return head, middle, last
                case (_, *_):
                    return 2
    "#), @r#"
    module:
      first = def first
    first:
      return None   [(param0 fits [])]
      return param0[#0]   [not (param0 fits []), (param0 fits [_])]
      return (param0[#1], param0[#2],)   [not (param0 fits []), not (param0 fits [_]), (param0 fits ["add", _, _])]
      return (param0[#0], param0[#1..-1], param0[#-1],)   [not (param0 fits []), not (param0 fits [_]), not (param0 fits ["add", _, _]), (param0 fits [_, *, _])]
      return 2   [not (param0 fits []), not (param0 fits [_]), not (param0 fits ["add", _, _]), not (param0 fits [_, *, _]), (param0 fits [_, *])]
      result return(None | param0[#0] | (param0[#1], param0[#2],) | (param0[#0], param0[#1..-1], param0[#-1],) | 2 | None)
    "#);
}

#[test]
fn mappings() {
    assert_snapshot!(lowered(r#"
        def read(event):
            match event:
                case {"type": "order", "id": number, **rest}:
                    return number, rest
                case {"user": {"name": name}}:
                    return name
                case {}:
                    return None
    "#), @r#"
    module:
      read = def read
    read:
      return (param0["id"], param0[rest],)   [(param0 fits {"type": "order", "id": _})]
      return param0["user"]["name"]   [not (param0 fits {"type": "order", "id": _}), (param0 fits {"user": {"name": _}})]
      return None   [not (param0 fits {"type": "order", "id": _}), not (param0 fits {"user": {"name": _}}), (param0 fits {})]
      result return((param0["id"], param0[rest],) | param0["user"]["name"] | None | None)
    "#);
}

#[test]
fn classes() {
    assert_snapshot!(lowered(r#"
        def area(shape):
            match shape:
                case Box(width, height):
                    return width * height
                case shapes.Disc(radius=r, center=Point(x=0)):
                    return r
                case str():
                    return "text"
                case int(number):
                    return number
    "#), @r#"
    module:
      area = def area
    area:
      return (param0[arg 0] * param0[arg 1])   [(param0 fits Box(_ _ ))]
      return param0.radius   [not (param0 fits Box(_ _ )), (param0 fits shapes.Disc(radius=_ center=Point(x=0 ) ))]
      return "text"   [not (param0 fits Box(_ _ )), not (param0 fits shapes.Disc(radius=_ center=Point(x=0 ) )), (param0 fits str())]
      return param0[arg 0]   [not (param0 fits Box(_ _ )), not (param0 fits shapes.Disc(radius=_ center=Point(x=0 ) )), not (param0 fits str()), (param0 fits int(_ ))]
      result return((param0[arg 0] * param0[arg 1]) | param0.radius | "text" | param0[arg 0] | None)
    "#);
}

#[test]
fn alternatives_that_bind() {
    assert_snapshot!(lowered(r#"
        def name(event):
            match event:
                case {"name": found} | {"title": found}:
                    return found
                case [found] | (found, _):
                    return found
    "#), @r#"
    module:
      name = def name
    name:
      return pattern(param0["name"] | param0["title"])   [(param0 fits {"name": _} | {"title": _})]
      return pattern(param0[#0] | param0[#0])   [not (param0 fits {"name": _} | {"title": _}), (param0 fits [_] | [_, _])]
      result return(pattern(param0["name"] | param0["title"]) | pattern(param0[#0] | param0[#0]) | None)
    "#);
}

#[test]
fn the_subject_is_known_in_the_case() {
    assert_snapshot!(lowered(r#"
        def name(event):
            match event:
                case str():
                    return event
                case _:
                    return event
    "#), @"
    module:
      name = def name
    name:
      return param0{where (param0 fits str())}   [(param0 fits str())]
      return param0{where not (param0 fits str())}{where (param0 fits _)}   [not (param0 fits str()), (param0 fits _)]
      result return(param0{where (param0 fits str())} | param0{where not (param0 fits str())}{where (param0 fits _)})
    ");
}

#[test]
fn as_names_the_whole() {
    assert_snapshot!(lowered(r#"
        def name(event):
            match event:
                case ["go", ("north" | "south") as way] as whole:
                    return way, whole
                case (int() | str()) as scalar:
                    return scalar
    "#), @r#"
    module:
      name = def name
    name:
      return (param0[#1], param0,)   [(param0 fits ["go", "north" | "south"])]
      return param0   [not (param0 fits ["go", "north" | "south"]), (param0 fits int() | str())]
      result return((param0[#1], param0,) | param0 | None)
    "#);
}

#[test]
fn guards() {
    assert_snapshot!(lowered(r#"
        def price(order):
            match order:
                case {"total": total} if total > 100:
                    return total
                case {"total": total} if check(total):
                    return 1
            return 0
    "#), @r#"
    module:
      price = def price
    price:
      return param0["total"]{where (param0["total"] > 100)}   [(param0 fits {"total": _}), (param0["total"] > 100)]
      call check(param0["total"])   [not ((param0 fits {"total": _}) and (param0["total"] > 100)), (param0 fits {"total": _})]
      return 1   [not ((param0 fits {"total": _}) and (param0["total"] > 100)), (param0 fits {"total": _}), check(param0["total"])]
      return 0   [not ((param0 fits {"total": _}) and (param0["total"] > 100)), not ((param0 fits {"total": _}) and check(param0["total"]))]
      result return(param0["total"]{where (param0["total"] > 100)} | 1 | 0)
    "#);
}

#[test]
fn what_the_cases_leave_behind() {
    assert_snapshot!(lowered(r#"
        def price(kind):
            cost = 0
            match kind:
                case "tea":
                    cost = 3
                case "coffee":
                    cost = 4
            return cost
    "#), @r#"
    module:
      price = def price
    price:
      return (3 if (param0 fits "tea") else (4 if (param0 fits "coffee") else 0))
      result (3 if (param0 fits "tea") else (4 if (param0 fits "coffee") else 0))
    "#);
}

#[test]
fn a_case_that_fits_anything_leaves_no_other_way() {
    assert_snapshot!(lowered(r#"
        def price(kind):
            match kind:
                case "tea":
                    cost = 3
                case _:
                    cost = 4
            return cost
    "#), @r#"
    module:
      price = def price
    price:
      return (3 if (param0 fits "tea") else 4)
      result (3 if (param0 fits "tea") else 4)
    "#);
}

#[test]
fn a_subject_of_several_values() {
    assert_snapshot!(lowered(r#"
        def move(x, y):
            match x, y:
                case 0, 0:
                    return "home"
                case 0, other:
                    return other
    "#), @r#"
    module:
      move = def move
    move:
      return "home"   [((param0, param1,) fits [0, 0])]
      return (param0, param1,)[#1]   [not ((param0, param1,) fits [0, 0]), ((param0, param1,) fits [0, _])]
      result return("home" | (param0, param1,)[#1] | None)
    "#);
}

#[test]
fn match_and_case_are_names_elsewhere() {
    assert_snapshot!(lowered(r#"
        match = re.match("a", b)
        case = match.group(0)
    "#), @r#"
    module:
      call re.match("a", b)
      call re.match("a", b).group(0)
      match = re.match("a", b)
      case = re.match("a", b).group(0)
    "#);
}
