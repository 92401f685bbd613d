//! SARIF: what the standard asks, what GitHub takes, and what is left out beyond it.

use bartizan_base::{FilePath, LineColumn, Problem, ProblemKind, Skipped};
use bartizan_finding::{Confidence, Finding, ScanResult, Severity};
use bartizan_report::sarif::render;
use insta::assert_snapshot;
use serde_json::Value;

use crate::schema::violations;
use crate::shop::{self, File, RULES, SQL_BUILT_FROM_TEXT};

fn schema() -> Value {
    serde_json::from_str(include_str!("../sarif_2_1_0/sarif-schema-2.1.0.json")).unwrap()
}

fn rendered(result: &ScanResult) -> Value {
    serde_json::from_str(&render(result, &RULES)).unwrap()
}

fn results(document: &Value) -> &Vec<Value> {
    document["runs"][0]["results"].as_array().unwrap()
}

fn notifications(document: &Value) -> Vec<&str> {
    let list = &document["runs"][0]["invocations"][0]["toolExecutionNotifications"];
    let list = list.as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter().map(|note| note["message"]["text"].as_str().unwrap()).collect()
}

#[test]
fn what_is_written_fits_the_standard() {
    for result in [shop::result(), ScanResult::default()] {
        assert_eq!(violations(&schema(), &rendered(&result)), Vec::<String>::new());
    }
    let mut broken = rendered(&shop::result());
    broken["runs"][0]["results"][0]["level"] = "grave".into();
    assert!(!violations(&schema(), &broken).is_empty());
}

#[test]
fn a_result_in_sarif() {
    let pretty = serde_json::to_string_pretty(&rendered(&shop::result())).unwrap();
    assert_snapshot!(pretty, @r##"
{
  "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
  "runs": [
    {
      "columnKind": "unicodeCodePoints",
      "invocations": [
        {
          "executionSuccessful": true,
          "toolExecutionNotifications": [
            {
              "descriptor": {
                "id": "encoding"
              },
              "level": "warning",
              "locations": [
                {
                  "physicalLocation": {
                    "artifactLocation": {
                      "uri": "shop/legacy.py",
                      "uriBaseId": "%SRCROOT%"
                    }
                  }
                }
              ],
              "message": {
                "text": "not valid UTF-8 at byte 4,411, and no encoding is declared."
              }
            },
            {
              "descriptor": {
                "id": "syntax"
              },
              "level": "warning",
              "locations": [
                {
                  "physicalLocation": {
                    "artifactLocation": {
                      "uri": "shop/orders/draft.py",
                      "uriBaseId": "%SRCROOT%"
                    },
                    "region": {
                      "startColumn": 5,
                      "startLine": 12
                    }
                  }
                }
              ],
              "message": {
                "text": "expected an expression."
              }
            }
          ]
        }
      ],
      "originalUriBaseIds": {
        "%SRCROOT%": {
          "description": {
            "text": "The folder that was scanned."
          }
        }
      },
      "properties": {
        "coverage": {
          "interfaces": 120,
          "kinds": {
            "python": {
              "read": 412,
              "seen": 413
            }
          },
          "lines": 38214,
          "skipped": [
            {
              "path": "node_modules",
              "reason": "ignored by .gitignore"
            }
          ]
        },
        "projects": [
          ""
        ],
        "revision": "4f1c2d9"
      },
      "results": [
        {
          "kind": "fail",
          "level": "warning",
          "locations": [
            {
              "physicalLocation": {
                "artifactLocation": {
                  "uri": "config/settings/production.py",
                  "uriBaseId": "%SRCROOT%"
                },
                "region": {
                  "endColumn": 39,
                  "endLine": 3,
                  "snippet": {
                    "text": "os.environ.get(\"DEBUG\", False)"
                  },
                  "startColumn": 9,
                  "startLine": 3
                }
              }
            }
          ],
          "message": {
            "text": "`DEBUG` is true for every text in the environment. A page that fails shows code, settings and local variables. Fix: DEBUG = os.environ.get(\"DEBUG\") == \"1\""
          },
          "partialFingerprints": {
            "bartizan/v1": "bz1:240403b1ea4dfb2f0a19b917cb5cf1ab"
          },
          "properties": {
            "confidence": "high",
            "environment": "production",
            "evidence": "bz1:6b27f1ec54702ff31e96d1098086fc86",
            "fix": "DEBUG = os.environ.get(\"DEBUG\") == \"1\"",
            "inTests": false,
            "label": "\"False\" from the environment is true",
            "setting": "DEBUG",
            "severity": "medium"
          },
          "ruleId": "debug-in-production",
          "ruleIndex": 0
        },
        {
          "kind": "fail",
          "level": "error",
          "locations": [
            {
              "logicalLocations": [
                {
                  "fullyQualifiedName": "by_name"
                }
              ],
              "physicalLocation": {
                "artifactLocation": {
                  "uri": "shop/catalogue/search.py",
                  "uriBaseId": "%SRCROOT%"
                },
                "region": {
                  "endColumn": 37,
                  "endLine": 7,
                  "snippet": {
                    "text": "query"
                  },
                  "startColumn": 32,
                  "startLine": 7
                }
              }
            }
          ],
          "message": {
            "text": "Query text is built with `%` and run as SQL. Whoever chooses `term` can read or change any table: `' UNION SELECT …` is enough. Fix: Product.objects.raw(\"… WHERE name ILIKE %s\", [f\"%{term}%\"])"
          },
          "partialFingerprints": {
            "bartizan/v1": "bz1:8ddc3d11520a5a3a0d7e2c0653b90a6c"
          },
          "properties": {
            "confidence": "medium",
            "evidence": "bz1:0ea5592d630159257e4882d0ba9a9b49",
            "fix": "Product.objects.raw(\"… WHERE name ILIKE %s\", [f\"%{term}%\"])",
            "inTests": false,
            "label": "runs as SQL",
            "scope": "by_name",
            "severity": "high"
          },
          "relatedLocations": [
            {
              "id": 1,
              "message": {
                "text": "joined into the query text"
              },
              "physicalLocation": {
                "artifactLocation": {
                  "uri": "shop/catalogue/search.py",
                  "uriBaseId": "%SRCROOT%"
                },
                "region": {
                  "endColumn": 79,
                  "endLine": 5,
                  "snippet": {
                    "text": "% term"
                  },
                  "startColumn": 73,
                  "startLine": 5
                }
              }
            },
            {
              "id": 2,
              "message": {
                "text": "anyone can send this"
              },
              "physicalLocation": {
                "artifactLocation": {
                  "uri": "shop/catalogue/views.py",
                  "uriBaseId": "%SRCROOT%"
                },
                "region": {
                  "endColumn": 29,
                  "endLine": 2,
                  "snippet": {
                    "text": "request.GET[\"q\"]"
                  },
                  "startColumn": 13,
                  "startLine": 2
                }
              }
            }
          ],
          "ruleId": "sql-built-from-text",
          "ruleIndex": 1
        },
        {
          "kind": "fail",
          "level": "error",
          "locations": [
            {
              "logicalLocations": [
                {
                  "fullyQualifiedName": "OrderReport.get"
                }
              ],
              "physicalLocation": {
                "artifactLocation": {
                  "uri": "shop/orders/views.py",
                  "uriBaseId": "%SRCROOT%"
                },
                "region": {
                  "endColumn": 24,
                  "endLine": 7,
                  "snippet": {
                    "text": "\"SELECT * FROM orders_order ORDER BY \"\n                + order"
                  },
                  "startColumn": 17,
                  "startLine": 6
                }
              }
            }
          ],
          "message": {
            "text": "Something is wrong. Whoever chooses `order` can read any table. This holds if `order` can hold text from the client: it comes from a field that has no type. Fix: Order.objects.order_by(order)\nand a set of the columns that may be named:\n    ORDERS = {\"date\", \"total\"}"
          },
          "partialFingerprints": {
            "bartizan/v1": "bz1:acb5b453cfd53196bb6e58bd8d380b3c"
          },
          "properties": {
            "confidence": "low",
            "evidence": "bz1:f451d7b8d3b0915f38860c5d42e4e89e",
            "fix": "Order.objects.order_by(order)\nand a set of the columns that may be named:\n    ORDERS = {\"date\", \"total\"}",
            "inTests": false,
            "label": "joined into a query",
            "scope": "OrderReport.get",
            "severity": "high"
          },
          "ruleId": "sql-built-from-text",
          "ruleIndex": 1
        },
        {
          "kind": "fail",
          "level": "error",
          "locations": [
            {
              "physicalLocation": {
                "artifactLocation": {
                  "uri": "shop/reports/tests.py",
                  "uriBaseId": "%SRCROOT%"
                },
                "region": {
                  "endColumn": 36,
                  "endLine": 1,
                  "snippet": {
                    "text": "f\"DROP TABLE {name}\""
                  },
                  "startColumn": 16,
                  "startLine": 1
                }
              }
            }
          ],
          "message": {
            "text": "Something is wrong. An attacker gains something."
          },
          "partialFingerprints": {
            "bartizan/v1": "bz1:61d43680087f479955d5b49b308ffba8"
          },
          "properties": {
            "confidence": "medium",
            "evidence": "bz1:4a675cf0b9ab96a5f05b4d97c5b028af",
            "inTests": true,
            "label": "here",
            "severity": "high"
          },
          "ruleId": "sql-built-from-text",
          "ruleIndex": 1,
          "suppressions": [
            {
              "justification": "name is a constant of this test",
              "kind": "inSource",
              "location": {
                "physicalLocation": {
                  "artifactLocation": {
                    "uri": "shop/reports/tests.py",
                    "uriBaseId": "%SRCROOT%"
                  },
                  "region": {
                    "startColumn": 1,
                    "startLine": 1
                  }
                }
              },
              "properties": {
                "form": "bartizan",
                "until": "2027-03-31"
              },
              "status": "accepted"
            }
          ]
        }
      ],
      "tool": {
        "driver": {
          "name": "Bartizan",
          "rules": [
            {
              "defaultConfiguration": {
                "level": "warning"
              },
              "fullDescription": {
                "text": "Visitors see code and settings when a page fails."
              },
              "help": {
                "markdown": "# Debug pages shown to visitors\n\nVisitors see code and settings when a page fails.\n",
                "text": "# Debug pages shown to visitors\n\nVisitors see code and settings when a page fails.\n"
              },
              "id": "debug-in-production",
              "name": "DebugInProduction",
              "properties": {
                "aliases": [
                  "security.W018"
                ],
                "precision": "high",
                "related": [
                  "B201"
                ],
                "security-severity": "5.5",
                "since": "0.1.0",
                "status": "stable",
                "tags": [
                  "security",
                  "settings",
                  "external/cwe/cwe-489",
                  "external/cwe/cwe-011"
                ]
              },
              "shortDescription": {
                "text": "Debug pages shown to visitors"
              }
            },
            {
              "defaultConfiguration": {
                "level": "error"
              },
              "deprecatedIds": [
                "hardcoded-sql"
              ],
              "fullDescription": {
                "text": "Query text is put together from pieces, and one of them is not a constant."
              },
              "help": {
                "markdown": "# SQL assembled from text\n\nQuery text is put together from pieces, and one of them is not a constant.\n\nWhoever chooses that piece chooses what the database does. **Parameters** are sent apart from the\nquery, so that a value stays a value; see [the documentation](https://docs.djangoproject.com/en/stable/topics/security/)\nof Django. This holds for:\n\n- `raw()`, `extra()` and `cursor.execute()`, where text reaches the database as it is, whatever the\n  backend;\n- names of tables and columns, which can be no parameters:\n  1. keep a set of the names that are allowed,\n  2. and look the wanted one up in it.\n\n## Raises\n\n`shop/views.py`:\n\n```py\ndef search(request):\n    term = request.GET[\"term\"]\n    rows = Product.objects.raw(\"SELECT * FROM shop_product WHERE name = '%s'\" % term)  # finding: sql-built-from-text\n```\n\n## Stays silent\n\n```py\nrows = Product.objects.raw(\"SELECT * FROM shop_product WHERE name = %s\", [term])\n```\n",
                "text": "# SQL assembled from text\n\nQuery text is put together from pieces, and one of them is not a constant.\n\nWhoever chooses that piece chooses what the database does. **Parameters** are sent apart from the\nquery, so that a value stays a value; see [the documentation](https://docs.djangoproject.com/en/stable/topics/security/)\nof Django. This holds for:\n\n- `raw()`, `extra()` and `cursor.execute()`, where text reaches the database as it is, whatever the\n  backend;\n- names of tables and columns, which can be no parameters:\n  1. keep a set of the names that are allowed,\n  2. and look the wanted one up in it.\n\n## Raises\n\n`shop/views.py`:\n\n```py\ndef search(request):\n    term = request.GET[\"term\"]\n    rows = Product.objects.raw(\"SELECT * FROM shop_product WHERE name = '%s'\" % term)  # finding: sql-built-from-text\n```\n\n## Stays silent\n\n```py\nrows = Product.objects.raw(\"SELECT * FROM shop_product WHERE name = %s\", [term])\n```\n"
              },
              "id": "sql-built-from-text",
              "name": "SqlBuiltFromText",
              "properties": {
                "aliases": [
                  "B608",
                  "S608"
                ],
                "precision": "medium",
                "related": [],
                "security-severity": "8.0",
                "since": "0.1.0",
                "status": "stable",
                "tags": [
                  "security",
                  "injection",
                  "external/cwe/cwe-089"
                ]
              },
              "shortDescription": {
                "text": "SQL assembled from text"
              }
            },
            {
              "defaultConfiguration": {
                "level": "note"
              },
              "fullDescription": {
                "text": "The comment names a rule that does not exist."
              },
              "help": {
                "markdown": "The comment names a rule that does not exist.\n",
                "text": "The comment names a rule that does not exist.\n"
              },
              "id": "unknown-suppression",
              "name": "UnknownSuppression",
              "properties": {
                "aliases": [],
                "precision": "high",
                "related": [],
                "since": "0.2.0",
                "status": "preview",
                "tags": [
                  "security",
                  "suppression",
                  "external/cwe/cwe-1109"
                ]
              },
              "shortDescription": {
                "text": "A comment that silences a rule nobody knows"
              }
            }
          ],
          "semanticVersion": "0.1.0"
        }
      }
    }
  ],
  "version": "2.1.0"
}
"##);
}

#[test]
fn rules_are_listed_once_and_results_point_at_theirs() {
    let twice = [RULES.as_slice(), RULES.as_slice()].concat();
    let document: Value = serde_json::from_str(&render(&shop::result(), &twice)).unwrap();
    let rules = document["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!(rules.len(), RULES.len());
    for result in results(&document) {
        let index = result["ruleIndex"].as_u64().unwrap() as usize;
        assert_eq!(rules[index]["id"], result["ruleId"]);
    }
    // A rule that speaks is described even where the caller forgot it.
    let document: Value = serde_json::from_str(&render(&shop::result(), &[])).unwrap();
    assert_eq!(document["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap().len(), 2);
}

#[test]
fn code_in_a_message_is_no_link() {
    let mut finding = shop::debug();
    finding.message = "`handlers[name](1)` calls what a visitor names".to_owned();
    let document = rendered(&ScanResult { findings: vec![finding], ..ScanResult::default() });
    let text = results(&document)[0]["message"]["text"].as_str().unwrap();
    assert!(text.starts_with("`handlers\\[name\\](1)` calls"), "{text}");
}

#[test]
fn a_path_is_escaped_and_relative() {
    let mut finding = shop::debug();
    finding.place.path = FilePath::new("my shop/größe#1.py").unwrap();
    let document = rendered(&ScanResult { findings: vec![finding], ..ScanResult::default() });
    let place = &results(&document)[0]["locations"][0]["physicalLocation"]["artifactLocation"];
    assert_eq!(place["uri"], "my%20shop/gr%C3%B6%C3%9Fe%231.py");
    assert_eq!(place["uriBaseId"], "%SRCROOT%");
}

/// `count` findings in one long file, every tenth of them high and the others low.
fn many(count: u32) -> Vec<Finding> {
    let file = File::new("shop/generated.py", "rows = raw(query)\n");
    let finding = file.finding(&SQL_BUILT_FROM_TEXT, "query");
    let at = |number: u32| {
        let mut finding = finding.clone();
        finding.place.start.line = number + 1;
        finding.place.end.line = number + 1;
        finding.lines[0].0 = number + 1;
        finding.severity = if number % 10 == 9 { Severity::High } else { Severity::Low };
        finding.confidence = Confidence::Medium;
        finding
    };
    (0..count).map(at).collect()
}

#[test]
fn a_run_keeps_to_the_number_of_results() {
    let result = ScanResult { findings: many(25_100), ..ScanResult::default() };
    let first = render(&result, &RULES);
    let document: Value = serde_json::from_str(&first).unwrap();
    assert_eq!(results(&document).len(), 25_000);
    let high = results(&document).iter().filter(|result| result["level"] == "error").count();
    assert_eq!(high, 2_510, "the worst stay");
    assert_eq!(
        notifications(&document),
        [
            "100 findings left out, the least severe, to fit what GitHub takes: 100 low. \
             The format json has them all.",
            "GitHub shows the 5,000 most severe of these 25,000 results."
        ]
    );
    let line =
        |result: &Value| result["locations"][0]["physicalLocation"]["region"]["startLine"].as_u64();
    assert!(results(&document).is_sorted_by_key(line), "in the order of the findings");
    assert_eq!(first, render(&result, &RULES));
}

#[test]
fn a_run_keeps_to_the_size_of_a_file() {
    let mut findings = many(9_000);
    for finding in &mut findings {
        finding.impact = "A visitor reads what is not theirs. ".repeat(300);
        finding.fix = "raw(query, [term])\n".repeat(300);
    }
    let document = rendered(&ScanResult { findings, ..ScanResult::default() });
    let kept = results(&document).len();
    assert!((4_000..9_000).contains(&kept), "{kept}");
    assert!(notifications(&document)[0].contains("findings left out"));
}

#[test]
fn one_result_keeps_to_its_bounds() {
    let mut finding = shop::search();
    finding.notes = std::iter::repeat_n(finding.notes[0].clone(), 1_200).collect();
    finding.impact = "x".repeat(1_000_000);
    finding.lines[2].1 = "y".repeat(1_000_000);
    finding.place.end.column = 900_000;
    let mut result = ScanResult { findings: vec![finding], ..ScanResult::default() };
    result.problems = (0..1_001)
        .map(|line| Problem {
            path: FilePath::new("shop/draft.py").unwrap(),
            at: Some(LineColumn { line, column: 0 }),
            kind: ProblemKind::Syntax,
            message: "expected an expression".to_owned(),
        })
        .collect();
    let skipped = Skipped { path: "static/a.js".to_owned(), reason: "minified".to_owned() };
    result.coverage.skipped = vec![skipped; 1_002];
    let document = rendered(&result);
    assert_eq!(violations(&schema(), &document), Vec::<String>::new());
    let only = &results(&document)[0];
    assert_eq!(only["relatedLocations"].as_array().unwrap().len(), 999);
    assert!(only.to_string().len() < 600_000);
    assert_eq!(
        notifications(&document)[1_000..],
        [
            "1 finding had more than 999 related locations; the first 999 are kept.",
            "1 problem more left out.",
            "2 skipped paths more not named in the coverage."
        ]
    );
}
