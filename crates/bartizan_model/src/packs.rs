//! The files under `models/`, by the module that each describes. Written by a test.

use crate::models::Pack;

#[rustfmt::skip]
pub(crate) const PACKS: &[Pack] = &[
    Pack { module: "django.utils.safestring", path: "django/utils/safestring.toml", text: include_str!("../models/django/utils/safestring.toml") },
    Pack { module: "subprocess", path: "python/subprocess.toml", text: include_str!("../models/python/subprocess.toml") },
];
