//! A validator for the part of JSON Schema that our two schemas use.
//!
//! Small enough to be read, and strict: a keyword it does not know fails the test, so that no part
//! of a schema is passed over in silence.

use regex::Regex;
use serde_json::Value;

/// Every way in which `value` breaks `schema`.
pub fn violations(schema: &Value, value: &Value) -> Vec<String> {
    let mut checker = Checker { root: schema, found: Vec::new() };
    checker.check(schema, value, "$");
    checker.found
}

struct Checker<'a> {
    root: &'a Value,
    found: Vec<String>,
}

impl<'a> Checker<'a> {
    fn check(&mut self, schema: &'a Value, value: &Value, at: &str) {
        let keywords = match schema {
            Value::Bool(true) => return,
            Value::Bool(false) => return self.say(at, "is not allowed here"),
            other => other.as_object().expect("a schema is an object or a boolean"),
        };
        for (keyword, rule) in keywords {
            self.keyword(keyword, rule, schema, value, at);
        }
    }

    fn keyword(
        &mut self,
        keyword: &str,
        rule: &'a Value,
        schema: &'a Value,
        value: &Value,
        at: &str,
    ) {
        match keyword {
            "$schema" | "$id" | "title" | "description" | "default" | "definitions" | "$defs" => {}
            "$ref" => {
                let pointer = rule.as_str().unwrap().strip_prefix('#').expect("a local reference");
                let target = self.root.pointer(pointer).expect("the reference leads somewhere");
                self.check(target, value, at);
            }
            "type" => {
                let known = rule
                    .as_str()
                    .into_iter()
                    .map(|_| rule)
                    .chain(rule.as_array().into_iter().flatten());
                if !known.clone().any(|kind| is(kind.as_str().unwrap(), value)) {
                    self.say(at, &format!("is not of type {rule}"));
                }
            }
            "const" if rule != value => self.say(at, &format!("is not {rule}")),
            "enum" if !rule.as_array().unwrap().contains(value) => {
                self.say(at, &format!("is none of {rule}"));
            }
            "anyOf" | "oneOf" => {
                let fits = |schema: &&'a Value| {
                    let mut inner = Checker { root: self.root, found: Vec::new() };
                    inner.check(schema, value, at);
                    inner.found.is_empty()
                };
                let fitting = rule.as_array().unwrap().iter().filter(fits).count();
                if fitting == 0 || (keyword == "oneOf" && fitting > 1) {
                    self.say(at, &format!("fits {fitting} of {keyword}"));
                }
            }
            "properties" | "additionalProperties" | "propertyNames" | "required" => {
                if let Some(object) = value.as_object() {
                    self.object(keyword, rule, schema, object, at);
                }
            }
            "items" => {
                for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                    self.check(rule, item, &format!("{at}[{index}]"));
                }
            }
            "minItems" => {
                if value.as_array().is_some_and(|list| (list.len() as u64) < rule.as_u64().unwrap())
                {
                    self.say(at, &format!("has fewer than {rule} items"));
                }
            }
            "minLength" => {
                let least = rule.as_u64().unwrap();
                if value.as_str().is_some_and(|text| (text.chars().count() as u64) < least) {
                    self.say(at, &format!("has fewer than {rule} characters"));
                }
            }
            "uniqueItems" => {
                let list = value.as_array().map(Vec::as_slice).unwrap_or_default();
                let twice = list.iter().enumerate().any(|(n, item)| list[..n].contains(item));
                if rule == true && twice {
                    self.say(at, "has an item twice");
                }
            }
            "minimum" if value.as_f64().is_some_and(|number| number < rule.as_f64().unwrap()) => {
                self.say(at, &format!("is less than {rule}"));
            }
            "maximum" if value.as_f64().is_some_and(|number| number > rule.as_f64().unwrap()) => {
                self.say(at, &format!("is more than {rule}"));
            }
            "pattern" => {
                let pattern = Regex::new(rule.as_str().unwrap()).expect("a pattern that compiles");
                if value.as_str().is_some_and(|text| !pattern.is_match(text)) {
                    self.say(at, &format!("does not match {rule}"));
                }
            }
            "format" => {
                if value.as_str().is_some_and(|text| !formatted(rule.as_str().unwrap(), text)) {
                    self.say(at, &format!("is no {rule}"));
                }
            }
            "const" | "enum" | "minimum" | "maximum" => {}
            unknown => panic!("the validator does not know the keyword {unknown}"),
        }
    }

    fn object(
        &mut self,
        keyword: &str,
        rule: &'a Value,
        schema: &'a Value,
        object: &serde_json::Map<String, Value>,
        at: &str,
    ) {
        let named = |key: &str| schema.get("properties").and_then(|named| named.get(key));
        match keyword {
            "required" => {
                for key in rule.as_array().unwrap() {
                    if !object.contains_key(key.as_str().unwrap()) {
                        self.say(at, &format!("lacks {key}"));
                    }
                }
            }
            "properties" => {
                for (key, value) in object {
                    if let Some(schema) = named(key) {
                        self.check(schema, value, &format!("{at}.{key}"));
                    }
                }
            }
            "additionalProperties" => {
                for (key, value) in object.iter().filter(|(key, _)| named(key).is_none()) {
                    self.check(rule, value, &format!("{at}.{key}"));
                }
            }
            _ => {
                for key in object.keys() {
                    self.check(rule, &Value::String(key.clone()), &format!("{at}.{key}"));
                }
            }
        }
    }

    fn say(&mut self, at: &str, what: &str) {
        self.found.push(format!("{at} {what}"));
    }
}

fn is(kind: &str, value: &Value) -> bool {
    match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        unknown => panic!("no such type: {unknown}"),
    }
}

fn formatted(format: &str, text: &str) -> bool {
    let pattern = match format {
        "uri" => {
            r"^[A-Za-z][A-Za-z0-9+.-]*:([A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*$"
        }
        // No colon in the first part: it would make the part a scheme.
        "uri-reference" => {
            r"^([A-Za-z][A-Za-z0-9+.-]*:|[^:/?#]*([/?#]|$))([A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*$"
        }
        unknown => panic!("the validator does not know the format {unknown}"),
    };
    let clean = text.chars().all(|c| c.is_ascii_graphic());
    clean && Regex::new(pattern).unwrap().is_match(text)
}

#[test]
fn a_broken_document_is_told_from_a_sound_one() {
    let schema: Value = serde_json::from_str(
        r##"{
            "type": "object", "additionalProperties": false, "required": ["name"],
            "properties": {
                "name": {"type": "string", "pattern": "^[a-z]+$"},
                "price": {"type": ["integer", "null"], "minimum": 0},
                "tags": {"type": "array", "uniqueItems": true, "minItems": 1, "items": {"$ref": "#/$defs/tag"}},
                "where": {"format": "uri-reference"}
            },
            "$defs": {"tag": {"enum": ["new", "sale"]}}
        }"##,
    )
    .unwrap();
    let of = |text: &str| violations(&schema, &serde_json::from_str(text).unwrap());
    let none: [&str; 0] = [];
    assert_eq!(
        of(r#"{"name": "tea", "price": null, "tags": ["new"], "where": "shop/a%20b.py"}"#),
        none
    );
    assert_eq!(of(r#"{"price": -1}"#), ["$.price is less than 0", "$ lacks \"name\""]);
    assert_eq!(of(r#"{"name": "TEA"}"#), ["$.name does not match \"^[a-z]+$\""]);
    assert_eq!(of(r#"{"name": "tea", "size": 1}"#), ["$.size is not allowed here"]);
    assert_eq!(
        of(r#"{"name": "tea", "price": 1.5}"#),
        ["$.price is not of type [\"integer\",\"null\"]"]
    );
    assert_eq!(of(r#"{"name": "tea", "tags": ["new", "new"]}"#), ["$.tags has an item twice"]);
    assert_eq!(
        of(r#"{"name": "tea", "tags": ["old"]}"#),
        ["$.tags[0] is none of [\"new\",\"sale\"]"]
    );
    assert_eq!(of(r#"{"name": "tea", "where": "a b"}"#), ["$.where is no \"uri-reference\""]);
    assert_eq!(of(r#"{"name": "tea", "where": "c:x"}"#), none);
}
