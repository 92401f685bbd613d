//! Which files are test code: everyday findings leave it alone.

use bartizan_base::FilePath;

/// Folders that hold nothing but tests and what tests need.
const FOLDERS: &[&str] = &[
    "test",
    "tests",
    "testing",
    "test_utils",
    "testutils",
    "unit_tests",
    "integration_tests",
    "functional_tests",
    "e2e",
    "fixtures",
    "testproject",
    "test_project",
    "testapp",
    "testsite",
    "test_settings",
];

/// Whether a file is test code by its name, as pytest, unittest and Django's test runner look for it.
pub fn is_test_code(path: &FilePath) -> bool {
    let stem = path.stem();
    if path.name() == "conftest.py"
        || stem.starts_with("test_")
        || stem.ends_with("_test")
        || stem.ends_with("_tests")
        || matches!(stem, "test" | "tests" | "runtests")
    {
        return true;
    }
    let mut folders = path.parent().split('/');
    folders.any(|folder| FOLDERS.contains(&folder) || folder.starts_with("tests_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_are_told_by_their_names() {
        let is = |path: &str| is_test_code(&FilePath::new(path).unwrap());
        assert!(is("shop/tests/views.py"));
        assert!(is("shop/tests.py"));
        assert!(is("shop/test_views.py"));
        assert!(is("shop/views_test.py"));
        assert!(is("conftest.py"));
        assert!(!is("shop/views.py"));
        assert!(!is("shop/contest.py"));
        assert!(!is("shop/attestation/views.py"));
        assert!(!is("shop/latest.py"));
    }
}
