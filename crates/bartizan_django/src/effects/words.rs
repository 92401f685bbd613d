//! Methods of Django's rows, querysets, forms and views, as far as they change rows or give some.
//! From "QuerySet API reference", "Related objects reference" and the sources of Django 5.2.

/// Methods of a row that change it in the database.
pub(super) const OF_ROW: &[&str] = &["save", "delete", "asave", "adelete", "save_base"];

/// Methods of a manager or queryset that change its rows, and of a manager of related rows.
pub(super) const OF_ROWS: &[&str] = &[
    "create",
    "update",
    "delete",
    "get_or_create",
    "update_or_create",
    "bulk_create",
    "bulk_update",
    "create_user",
    "create_superuser",
    "acreate",
    "aupdate",
    "adelete",
    "aget_or_create",
    "aupdate_or_create",
    "abulk_create",
    "abulk_update",
];

/// Those of them that run the `save` of the model.
pub(super) const SAVES_ONE: &[&str] = &[
    "create",
    "get_or_create",
    "update_or_create",
    "acreate",
    "aget_or_create",
    "aupdate_or_create",
];

/// Methods by which a manager of related rows links them.
pub(super) const LINKS: &[&str] =
    &["add", "remove", "set", "clear", "aadd", "aremove", "aset", "aclear"];

/// Methods of a manager or queryset that give another one.
pub(super) const CHAIN: &[&str] = &[
    "all",
    "filter",
    "exclude",
    "order_by",
    "reverse",
    "distinct",
    "select_related",
    "prefetch_related",
    "select_for_update",
    "annotate",
    "alias",
    "extra",
    "defer",
    "only",
    "using",
    "union",
    "intersection",
    "difference",
    "get_queryset",
    "complex_filter",
    "iterator",
    "aiterator",
    "none",
    "raw",
    "db_manager",
    "specific",
];

/// Methods of a manager or queryset that give a row.
pub(super) const ROW_OF: &[&str] = &[
    "get",
    "first",
    "last",
    "latest",
    "earliest",
    "create",
    "create_user",
    "create_superuser",
    "aget",
    "afirst",
    "alast",
    "alatest",
    "aearliest",
    "acreate",
];

/// Methods that give a row and whether it is new.
pub(super) const PAIR_OF: &[&str] =
    &["get_or_create", "update_or_create", "aget_or_create", "aupdate_or_create"];

/// Functions that fetch a row, by the last part of their name.
pub(super) const FETCH_ROW: &[&str] = &["get_object_or_404", "aget_object_or_404"];

/// Functions that give the rows that they are given.
pub(super) const SEVERAL: &[&str] =
    &["list", "sorted", "tuple", "set", "reversed", "iter", "get_list_or_404", "aget_list_or_404"];

/// Methods of generic views that save what the view edits, where nobody overrides them.
pub(super) const EDITS: &[&str] = &[
    "perform_create",
    "perform_update",
    "perform_destroy",
    "create",
    "update",
    "partial_update",
    "destroy",
];

/// How a task is put off: Celery, RQ, Huey, Dramatiq, Django's own.
pub(crate) const LATER: &[&str] = &[
    "aenqueue",
    "apply_async",
    "defer",
    "delay",
    "delay_on_commit",
    "enqueue",
    "s",
    "send",
    "si",
    "signature",
];

/// Functions that run the function that they are given, later in the same request.
pub(super) const RUNS: &[&str] = &[
    "django.db.transaction.on_commit",
    "asgiref.sync.sync_to_async",
    "asgiref.sync.async_to_sync",
    "channels.db.database_sync_to_async",
];
