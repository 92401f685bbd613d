//! Names of packages, as the index compares them.

/// The name in the form in which equal names are equal text (PEP 503): lower case, and each run of
/// `-`, `_` and `.` a single `-`.
pub fn normalized(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut separated = false;
    for c in name.trim().chars() {
        if matches!(c, '-' | '_' | '.') {
            separated = true;
            continue;
        }
        if separated {
            out.push('-');
            separated = false;
        }
        out.extend(c.to_lowercase());
    }
    if separated {
        out.push('-');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::normalized;

    #[test]
    fn equal_names_become_equal_text() {
        for name in ["Django-Filter", "django_filter", "DJANGO.-_filter", " django-filter "] {
            assert_eq!(normalized(name), "django-filter");
        }
    }
}
