//! Our own JSON, and that its schema says what is written.

use bartizan_base::ProblemKind;
use bartizan_finding::{Finding, ScanResult, Subject};
use bartizan_report::{json, json_schema};
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::schema::violations;
use crate::shop;

fn schema() -> Value {
    serde_json::from_str(json_schema()).unwrap()
}

fn rendered(result: &ScanResult) -> Value {
    serde_json::from_str(&json::render(result)).unwrap()
}

#[test]
fn what_is_written_fits_the_schema() {
    for result in [shop::result(), ScanResult::default()] {
        assert_eq!(violations(&schema(), &rendered(&result)), Vec::<String>::new());
    }
}

#[test]
fn the_schema_tells_a_changed_document() {
    let schema = schema();
    let sound = rendered(&shop::result());
    let broken = |pointer: &str, value: Value| {
        let mut document = sound.clone();
        *document.pointer_mut(pointer).unwrap() = value;
        !violations(&schema, &document).is_empty()
    };
    assert!(broken("/schema", json!(2)));
    assert!(broken("/findings/0/severity", json!("grave")));
    assert!(broken("/findings/0/fingerprint", json!("bz1:12")));
    assert!(broken("/findings/0/subject/kind", json!("endpoint")));
    assert!(broken("/findings/0/place/start/line", json!(0)));
    assert!(broken("/problems/0/kind", json!("odd")));
    assert!(broken("/coverage/kinds/python/seen", json!("many")));
    assert!(broken("/summary/rules", json!({"Not A Rule": 1})));
}

/// What the inside can say, the schema allows, and nothing else.
#[test]
fn words_of_the_schema_are_the_words_of_the_code() {
    use bartizan_finding::{Confidence, Severity, SuppressionForm};

    let schema = schema();
    let words = |pointer: &str| schema.pointer(pointer).unwrap().clone();
    let severities: Vec<&str> = Severity::ALL.iter().map(|step| step.as_str()).collect();
    assert_eq!(words("/$defs/severity/enum"), json!(severities));
    let confidences: Vec<&str> = Confidence::ALL.iter().map(|step| step.as_str()).collect();
    assert_eq!(words("/$defs/finding/properties/confidence/enum"), json!(confidences));
    use SuppressionForm::{Bartizan, List, Noqa, Nosec};
    let forms = [Bartizan, Nosec, Noqa, List];
    let forms: Vec<&str> = forms.iter().map(|form| form.as_str()).collect();
    assert_eq!(words("/$defs/suppressed/properties/form/enum"), json!(forms));
}

/// The kind that comes after `kind`: a new one does not compile until it has a place here.
fn next(kind: ProblemKind) -> Option<ProblemKind> {
    Some(match kind {
        ProblemKind::Syntax => ProblemKind::Encoding,
        ProblemKind::Encoding => ProblemKind::TooLarge,
        ProblemKind::TooLarge => ProblemKind::TooDeep,
        ProblemKind::TooDeep => ProblemKind::TooCostly,
        ProblemKind::TooCostly => ProblemKind::Unreadable,
        ProblemKind::Unreadable => ProblemKind::Vanished,
        ProblemKind::Vanished => ProblemKind::Link,
        ProblemKind::Link => ProblemKind::Name,
        ProblemKind::Name => ProblemKind::Suppression,
        ProblemKind::Suppression => ProblemKind::Internal,
        ProblemKind::Internal => return None,
    })
}

#[test]
fn every_kind_of_problem_is_in_the_schema() {
    let kinds: Vec<&str> = std::iter::successors(Some(ProblemKind::Syntax), |kind| next(*kind))
        .map(ProblemKind::as_str)
        .collect();
    let schema = schema();
    assert_eq!(schema.pointer("/$defs/problem/properties/kind/enum"), Some(&json!(kinds)));
}

#[test]
fn every_subject_fits_the_schema() {
    let text = || "CartView.post".to_owned();
    let subjects = [
        Subject::Code { scope: text(), shape: text(), ordinal: 2 },
        Subject::Setting { name: text(), environment: String::new() },
        Subject::Package { name: text(), advisory: text() },
        Subject::Requirement { manifest: text(), name: text() },
        Subject::Deployment { file_kind: text(), directive: text(), ordinal: 1 },
        Subject::Secret { scope: String::new(), key: text(), ordinal: 0 },
        Subject::Suppression { scope: String::new(), rule: text(), ordinal: 0 },
    ];
    for subject in subjects {
        let result = ScanResult {
            findings: vec![Finding { subject, ..shop::debug() }],
            ..ScanResult::default()
        };
        assert_eq!(violations(&schema(), &rendered(&result)), Vec::<String>::new());
    }
}

#[test]
fn a_result_in_json() {
    let result = ScanResult { findings: vec![shop::debug(), shop::silenced()], ..shop::result() };
    assert_snapshot!(json::render(&result), @r#"
{
  "schema": 1,
  "tool": {
    "name": "bartizan",
    "version": "0.1.0"
  },
  "revision": "4f1c2d9",
  "projects": [
    {
      "root": ""
    }
  ],
  "findings": [
    {
      "rule": "debug-in-production",
      "title": "Debug pages shown to visitors",
      "severity": "medium",
      "confidence": "high",
      "message": "`DEBUG` is true for every text in the environment",
      "label": "\"False\" from the environment is true",
      "impact": "A page that fails shows code, settings and local variables.",
      "fix": "DEBUG = os.environ.get(\"DEBUG\") == \"1\"",
      "repair": null,
      "doubt": null,
      "place": {
        "path": "config/settings/production.py",
        "start": {
          "line": 3,
          "column": 9
        },
        "end": {
          "line": 3,
          "column": 39
        },
        "span": {
          "start": 19,
          "end": 49
        }
      },
      "lines": [
        {
          "line": 3,
          "text": "DEBUG = os.environ.get(\"DEBUG\", False)"
        }
      ],
      "notes": [],
      "endpoints": [],
      "runs": [],
      "before_reach": null,
      "check": null,
      "would_follow": false,
      "in_tests": false,
      "cwe": [
        "CWE-489",
        "CWE-11"
      ],
      "aliases": [
        "security.W018"
      ],
      "related": [
        "B201"
      ],
      "subject": {
        "kind": "setting",
        "name": "DEBUG",
        "environment": "production"
      },
      "fingerprint": "bz1:240403b1ea4dfb2f0a19b917cb5cf1ab",
      "evidence": "bz1:6b27f1ec54702ff31e96d1098086fc86",
      "suppressed": null
    },
    {
      "rule": "sql-built-from-text",
      "title": "SQL assembled from text",
      "severity": "high",
      "confidence": "medium",
      "message": "Something is wrong",
      "label": "here",
      "impact": "An attacker gains something.",
      "fix": "",
      "repair": null,
      "doubt": null,
      "place": {
        "path": "shop/reports/tests.py",
        "start": {
          "line": 1,
          "column": 16
        },
        "end": {
          "line": 1,
          "column": 36
        },
        "span": {
          "start": 15,
          "end": 35
        }
      },
      "lines": [
        {
          "line": 1,
          "text": "cursor.execute(f\"DROP TABLE {name}\")"
        }
      ],
      "notes": [],
      "endpoints": [],
      "runs": [],
      "before_reach": null,
      "check": null,
      "would_follow": false,
      "in_tests": true,
      "cwe": [
        "CWE-89"
      ],
      "aliases": [
        "B608",
        "S608"
      ],
      "related": [],
      "subject": {
        "kind": "code",
        "scope": "",
        "shape": "f\"DROP TABLE {name}\"",
        "ordinal": 0
      },
      "fingerprint": "bz1:61d43680087f479955d5b49b308ffba8",
      "evidence": "bz1:4a675cf0b9ab96a5f05b4d97c5b028af",
      "suppressed": {
        "form": "bartizan",
        "reason": "name is a constant of this test",
        "line": 1,
        "until": "2027-03-31"
      }
    }
  ],
  "problems": [
    {
      "path": "shop/legacy.py",
      "at": null,
      "kind": "encoding",
      "message": "not valid UTF-8 at byte 4,411, and no encoding is declared"
    },
    {
      "path": "shop/orders/draft.py",
      "at": {
        "line": 12,
        "column": 5
      },
      "kind": "syntax",
      "message": "expected an expression"
    }
  ],
  "coverage": {
    "kinds": {
      "python": {
        "seen": 413,
        "read": 412
      }
    },
    "passed_over": {},
    "interfaces": 120,
    "lines": 38214,
    "names": {
      "seen": 9120,
      "read": 8951
    },
    "skipped": [
      {
        "path": "node_modules",
        "reason": "ignored by .gitignore"
      }
    ]
  },
  "packages": null,
  "summary": {
    "findings": 1,
    "suppressed": 1,
    "problems": 2,
    "severities": {
      "critical": 0,
      "high": 0,
      "medium": 1,
      "low": 0,
      "info": 0
    },
    "rules": {
      "debug-in-production": 1
    }
  }
}
"#);
}

#[test]
fn an_empty_result_in_json() {
    assert_snapshot!(json::render(&ScanResult::default()), @r#"
{
  "schema": 1,
  "tool": {
    "name": "bartizan",
    "version": "0.1.0"
  },
  "revision": null,
  "projects": [],
  "findings": [],
  "problems": [],
  "coverage": {
    "kinds": {},
    "passed_over": {},
    "interfaces": 0,
    "lines": 0,
    "names": {
      "seen": 0,
      "read": 0
    },
    "skipped": []
  },
  "packages": null,
  "summary": {
    "findings": 0,
    "suppressed": 0,
    "problems": 0,
    "severities": {
      "critical": 0,
      "high": 0,
      "medium": 0,
      "low": 0,
      "info": 0
    },
    "rules": {}
  }
}
"#);
}
