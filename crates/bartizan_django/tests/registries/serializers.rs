//! Serializers: what an API takes, and what it gives.

use crate::clinic::MODELS;
use crate::read;

fn serializers(text: &str) -> String {
    read(&[MODELS, ("clinic/api.py", text)], |_, registries| {
        let mut out = String::new();
        for serializer in &registries.serializers {
            let list = |effective: bartizan_django::registries::Effective| {
                let names: Vec<_> = effective.names().map(str::to_owned).collect();
                let more = if effective.is_whole { "" } else { " and more" };
                format!("{}{more}", names.join(", "))
            };
            out += &format!("{}\n", serializer.name);
            out += &format!("  takes {}\n", list(serializer.writable(registries)));
            out += &format!("  gives {}\n", list(serializer.readable(registries)));
        }
        out
    })
}

#[test]
fn read_only_and_write_only_fields_go_one_way() {
    let text = r#"
from rest_framework import serializers
from clinic.models import Patient, Person


class Account(serializers.ModelSerializer):
    password = serializers.CharField(write_only=True)
    full_name = serializers.SerializerMethodField()

    class Meta:
        model = Person
        fields = ["id", "username", "password", "full_name", "is_staff", "email", "visits"]
        read_only_fields = ["is_staff"]
        extra_kwargs = {"email": {"write_only": True}}


class AnyPatient(serializers.ModelSerializer):
    person = Account()

    class Meta:
        model = Patient
        fields = "__all__"
        depth = 1


class Login(serializers.Serializer):
    name = serializers.CharField()
    code = serializers.CharField(write_only=True)
"#;
    insta::assert_snapshot!(serializers(text), @r"
    Account
      takes email, password, username
      gives full_name, id, is_staff, username, visits
    AnyPatient
      takes number, person, practice
      gives created, number, person, practice, risk
    Login
      takes code, name
      gives name
    ");
}

#[test]
fn nested_serializers_depth_and_querysets_are_kept() {
    let text = r#"
from rest_framework import serializers
from clinic.models import Patient, Visit


class PatientRow(serializers.ModelSerializer):
    class Meta:
        model = Patient
        fields = ["number"]


class VisitRow(serializers.ModelSerializer):
    patient = PatientRow(read_only=True)
    follows = serializers.PrimaryKeyRelatedField(queryset=Visit.objects.all())

    class Meta:
        model = Visit
        exclude = ["notes"]
        depth = 2
"#;
    read(&[MODELS, ("clinic/api.py", text)], |_, registries| {
        let row = &registries.serializers[1];
        assert_eq!(row.depth.map(|(depth, _)| depth), Some(2));
        let nested = row.declared[0].nested.unwrap();
        assert_eq!(registries.serializer_of(nested).unwrap().name, "PatientRow");
        assert!(row.declared[0].is_read_only);
        assert!(row.declared[1].queryset.is_some());
    });
}
