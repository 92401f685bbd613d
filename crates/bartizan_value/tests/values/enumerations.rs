//! Enumerations.

use crate::shop::shown;

const STAGE: &str = "\
from enum import Enum, unique

@unique
class Stage(Enum):
    DEV = 'dev'
    LIVE = 'live'
    REAL = 'live' if False else 'real'

    @property
    def hosts(self):
        return ['*'] if self is Stage.DEV else [self.value + '.example']
";

fn stage(text: &str) -> String {
    shown(&format!("{STAGE}{text}"))
}

#[test]
fn members_have_names_and_values() {
    assert_eq!(stage("X = Stage.LIVE.value, Stage.LIVE.name"), "('live', 'LIVE')");
    assert_eq!(stage("X = Stage('dev').name, Stage['LIVE'].value"), "('DEV', 'live')");
    assert_eq!(stage("X = Stage('none')"), "<unknown: it would raise ValueError>");
    assert_eq!(
        stage("S = Stage('live')\nX = S.hosts, Stage.DEV.hosts"),
        "(['live.example'], ['*'])"
    );
}

#[test]
fn members_are_themselves_and_nothing_else() {
    let text = "\
S = Stage('live')
X = S is Stage.LIVE, S == Stage.DEV, S in (Stage.DEV, Stage.LIVE), S == 'live', S is not Stage.DEV
";
    assert_eq!(stage(text), "(True, False, True, False, True)");
    let text = "\
from enum import Enum

class Frame(str, Enum):
    DENY = 'DENY'
    SAME = 'SAMEORIGIN'

X = Frame.DENY == 'DENY', Frame.SAME == 'DENY', Frame.SAME.value, Frame('DENY') is Frame.DENY
";
    assert_eq!(shown(text), "(True, False, 'SAMEORIGIN', True)");
}

#[test]
fn names_of_one_value_are_names_of_one_member() {
    let text = "\
from enum import Enum

class Stage(Enum):
    LIVE = 1
    REAL = 1

X = Stage.REAL.name, Stage.REAL is Stage.LIVE
";
    assert_eq!(shown(text), "('LIVE', True)");
}

#[test]
fn choices_have_a_value_and_a_label() {
    let text = "\
from django.db import models

class Scope(models.IntegerChoices):
    ALL = 0, 'all'
    ONE = 1, 'one'

X = Scope.ALL.value, Scope.ONE == 1
";
    assert_eq!(shown(text), "(0, True)");
}

#[test]
fn enumerations_with_ways_of_their_own_are_not_followed() {
    let text = "\
from enum import Enum

class Stage(Enum):
    LIVE = 1

    def __init__(self, number):
        self.label = str(number)

X = Stage.LIVE
";
    assert_eq!(shown(text), "<unknown: the attribute `LIVE` is not followed>");
    let text = "\
import enum

class Stage(enum.Flag):
    DEV = enum.auto()
    LIVE = enum.auto()

X = Stage.LIVE
";
    assert_eq!(shown(text), "<unknown: the attribute `LIVE` is not followed>");
}

#[test]
fn named_tuples_have_their_fields() {
    let text = "\
from collections import namedtuple
Mail = namedtuple('Mail', 'host, port tls')
M = Mail('mail.example', 587, tls=True)
X = M.host, M.port, M.tls
";
    assert_eq!(shown(text), "('mail.example', 587, True)");
}

#[test]
fn members_count_by_themselves_and_are_run_through() {
    let text = "\
import enum
class Stage(enum.Enum):
    DEV = enum.auto()
    TEST = enum.auto()
    LIVE = enum.auto()
    @classmethod
    def current(cls):
        return cls['LIVE']
class Level(enum.IntEnum):
    LOW = 5
    MORE = enum.auto()
X = [s.name for s in Stage], Stage.LIVE.value, list(Level)[-1].value, len(Stage), Stage.current() is Stage.LIVE
";
    assert_eq!(shown(text), "(['DEV', 'TEST', 'LIVE'], 3, 6, 3, True)");
}
