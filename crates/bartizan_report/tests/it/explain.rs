//! The page of a rule in a terminal.

use bartizan_report::{Options, explain};
use insta::assert_snapshot;

use crate::shop::{DEBUG_IN_PRODUCTION, SQL_BUILT_FROM_TEXT};

#[test]
fn the_page_of_a_rule() {
    assert_snapshot!(explain::render(&SQL_BUILT_FROM_TEXT, &Options::default()), @r#"
SQL assembled from text
sql-built-from-text · high severity · medium confidence · stable since 0.1.0 · CWE-89
also known as B608 (Bandit), S608 (Ruff)
was hardcoded-sql

Query text is put together from pieces, and one of them is not a constant.

Whoever chooses that piece chooses what the database does. Parameters are sent apart
from the query, so that a value stays a value; see the documentation
(https://docs.djangoproject.com/en/stable/topics/security/) of Django. This holds for:

  - `raw()`, `extra()` and `cursor.execute()`, where text reaches the database as it is,
    whatever the backend;
  - names of tables and columns, which can be no parameters:
    1. keep a set of the names that are allowed,
    2. and look the wanted one up in it.

Raises

`shop/views.py`:

    def search(request):
        term = request.GET["term"]
        rows = Product.objects.raw("SELECT * FROM shop_product WHERE name = '%s'" % term)  # finding: sql-built-from-text

Stays silent

    rows = Product.objects.raw("SELECT * FROM shop_product WHERE name = %s", [term])
"#);
}

#[test]
fn a_narrow_screen_breaks_prose_and_leaves_code() {
    let options = Options { width: 48, ..Options::default() };
    assert_snapshot!(explain::render(&DEBUG_IN_PRODUCTION, &options), @r#"
Debug pages shown to visitors
debug-in-production · medium severity
high confidence · stable since 0.1.0
CWE-489, CWE-11
also known as security.W018 (Django)
related to B201 (Bandit)

Visitors see code and settings when a page
fails.
"#);
}
