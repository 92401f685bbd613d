//! Models: fields, what they refer to, and whose a row is.

use crate::clinic::MODELS;
use crate::{read, word};

fn table(files: &[(&str, &str)]) -> String {
    read(files, |_, registries| {
        let mut out = String::new();
        for model in &registries.models {
            out += &format!("{}.{}", model.app, model.name);
            for (is, word) in [
                (model.is_abstract, " (abstract)"),
                (model.is_proxy, " (proxy)"),
                (model.is_open, " (open)"),
            ] {
                out += if is { word } else { "" };
            }
            out.push('\n');
            for field in &model.fields {
                out += &format!("  {}: {}", field.name, field.kind);
                if let Some((_, to)) = &field.relation {
                    out += &format!(" -> {}", word(registries, to));
                }
                for (is, word) in [
                    (!field.is_editable, ", fixed"),
                    (field.is_unique, ", unique"),
                    (field.is_key, ", key"),
                ] {
                    out += if is { word } else { "" };
                }
                out.push('\n');
            }
        }
        out
    })
}

#[test]
fn fields_come_with_their_bases_and_references_by_text_are_followed() {
    insta::assert_snapshot!(table(&[MODELS]), @r"
    clinic.Person
      phone: CharField
      password: CharField
      last_login: DateTimeField
      is_superuser: BooleanField
      groups: ManyToManyField
      user_permissions: ManyToManyField
      username: CharField, unique
      first_name: CharField
      last_name: CharField
      email: EmailField
      is_staff: BooleanField
      is_active: BooleanField
      date_joined: DateTimeField
    clinic.Practice
      name: CharField
      staff: ManyToManyField -> clinic.Person
    clinic.Stamped (abstract)
      created: DateTimeField, fixed
    clinic.Patient
      created: DateTimeField, fixed
      practice: ForeignKey -> clinic.Practice
      person: OneToOneField -> clinic.Person
      number: CharField, unique
      risk: IntegerField, fixed
    clinic.Visit
      created: DateTimeField, fixed
      patient: ForeignKey -> clinic.Patient
      follows: ForeignKey -> clinic.Visit
      notes: TextField
    ");
}

#[test]
fn a_row_belongs_to_the_users_and_tenants_that_its_keys_lead_to() {
    let owners = |name: &str| {
        read(&[MODELS], |_, registries| {
            let id = registries.models.iter().find(|model| model.name == name).unwrap();
            let id = registries.model_of(id.class).unwrap();
            let owners = registries.owners(id);
            owners
                .iter()
                .map(|owner| format!("{} {:?}", owner.path, owner.kind))
                .collect::<Vec<_>>()
        })
    };
    insta::assert_snapshot!(owners("Visit").join("\n"), @r"
    patient__person User
    patient__practice__staff Members
    ");
    insta::assert_snapshot!(owners("Practice").join("\n"), @"staff Members");
}

#[test]
fn labels_of_applications_tell_models_of_one_name_apart() {
    let app = |folder: &str, label: &str| {
        format!(
            "from django.apps import AppConfig\n\n\nclass Config(AppConfig):\n    name = {folder:?}\n    label = {label:?}\n"
        )
    };
    let model = "from django.db import models\n\n\nclass Item(models.Model):\n    pass\n";
    let line = "from django.db import models\n\n\nclass Line(models.Model):\n    item = models.ForeignKey(\"stock.Item\", on_delete=models.CASCADE)\n";
    let table = table(&[
        ("apps/shop/apps.py", &app("apps.shop", "shop")),
        ("apps/shop/models/__init__.py", model),
        ("apps/store/apps.py", &app("apps.store", "stock")),
        ("apps/store/models/__init__.py", ""),
        ("apps/store/models/item.py", model),
        ("apps/orders/models.py", line),
    ]);
    insta::assert_snapshot!(table, @r"
    orders.Line
      item: ForeignKey -> stock.Item
    shop.Item
    stock.Item
    ");
}

#[test]
fn a_base_that_is_not_in_the_tree_leaves_a_model_open() {
    let file = (
        "shop/models.py",
        r#"
from django.db import models
from somewhere import Sellable


class Product(Sellable, models.Model):
    owner = models.ForeignKey("auth.User", on_delete=models.CASCADE)


class Voucher(Sellable):
    code = models.CharField(max_length=9)


class Basket(Sellable):
    code = "not a field"
"#,
    );
    insta::assert_snapshot!(table(&[file]), @r"
    shop.Product (open)
      owner: ForeignKey -> outside: auth.User
    shop.Voucher (open)
      code: CharField
    ");
}

#[test]
fn users_are_of_the_one_model_that_is_made_for_it() {
    let user = read(&[MODELS], |_, registries| {
        registries.user.map(|user| registries.model(user).name.clone())
    });
    assert_eq!(user.as_deref(), Some("Person"));
    let two = (
        "other/models.py",
        "from django.contrib.auth.models import AbstractUser\n\n\nclass Other(AbstractUser):\n    pass\n",
    );
    assert_eq!(read(&[MODELS, two], |_, registries| registries.user), None);
}
