//! Imports.

use insta::assert_snapshot;

use super::lowered;

#[test]
fn modules() {
    assert_snapshot!(lowered(r#"
        import os
        import os.path
        import django.http
        import django.http as http
        import json as encoder, re
    "#), @"
    module:
      import os
      import os.path
      import django.http
      import django.http
      import json
      import re
      os = import os
      django = import django
      http = import django.http
      encoder = import json
      re = import re
    ");
}

#[test]
fn names() {
    assert_snapshot!(lowered(r#"
        from os import path
        from django.http import HttpResponse as Response, JsonResponse
        from django.db import (
            models,
            transaction,
        )
    "#), @"
    module:
      import os:path
      import django.http:HttpResponse
      import django.http:JsonResponse
      import django.db:models
      import django.db:transaction
      path = import os:path
      Response = import django.http:HttpResponse
      JsonResponse = import django.http:JsonResponse
      models = import django.db:models
      transaction = import django.db:transaction
    ");
}

#[test]
fn relative() {
    assert_snapshot!(lowered(r#"
        from . import views
        from .models import Product
        from .. import settings as base
        from ...core.util import helper
    "#), @"
    module:
      import .:views
      import .models:Product
      import ..:settings
      import ...core.util:helper
      views = import .:views
      Product = import .models:Product
      base = import ..:settings
      helper = import ...core.util:helper
    ");
}

#[test]
fn star() {
    assert_snapshot!(lowered(r#"
        from .base import *
        debug = DEBUG
    "#), @"
    module:
      import .base:*
      debug = DEBUG<import .base:*>
    ");
}

#[test]
fn optional() {
    assert_snapshot!(lowered(r#"
        try:
            import ujson as json
        except ImportError:
            import json
        text = json.dumps(1)
    "#), @"
    module:
      try
      import ujson   [tried]
      import json   [handler 0]
      call try(import ujson | import json).dumps(1)
      json = try(import ujson | import json)
      text = try(import ujson | import json).dumps(1)
    ");
}

#[test]
fn dotted_modules_are_attributes_of_the_first() {
    assert_snapshot!(lowered(r#"
        import os.path
        import os.path as p
        size = os.path.getsize("a"), p.getsize("a")
    "#), @r#"
    module:
      import os.path
      import os.path
      call import os.path.getsize("a")
      call import os.path.getsize("a")
      os = import os
      p = import os.path
      size = (import os.path.getsize("a"), import os.path.getsize("a"),)
    "#);
}

#[test]
fn future() {
    assert_snapshot!(lowered(r#"
        from __future__ import annotations
    "#), @"
    module:
      import __future__:annotations
      annotations = import __future__:annotations
    ");
}
