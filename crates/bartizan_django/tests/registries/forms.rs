//! Forms: what a visitor may fill in.

use crate::clinic::MODELS;
use crate::{read, word};

fn forms(text: &str) -> String {
    read(&[MODELS, ("clinic/forms.py", text)], |_, registries| {
        let mut out = String::new();
        for form in &registries.forms {
            let model = form.model.as_ref().map_or(String::new(), |model| word(registries, model));
            let writable = form.writable(registries);
            let names: Vec<_> = writable.names().collect();
            let more = if writable.is_whole { "" } else { " and more" };
            out += &format!("{} of {model}: {}{more}\n", form.name, names.join(", "));
        }
        out
    })
}

#[test]
fn a_form_has_the_fields_that_it_names() {
    let text = r#"
from django import forms
from clinic.models import Patient, Visit


class Booking(forms.Form):
    day = forms.DateField()
    room = forms.CharField(disabled=True)


class VisitForm(forms.ModelForm):
    remind = forms.BooleanField()

    class Meta:
        model = Visit
        fields = ["notes", "created"]


class LongVisitForm(VisitForm):
    class Meta(VisitForm.Meta):
        fields = VisitForm.Meta.fields + ["patient"]


class AnyPatientForm(forms.ModelForm):
    class Meta:
        model = Patient
        fields = "__all__"


class LessPatientForm(forms.ModelForm):
    class Meta:
        model = Patient
        exclude = ["number"]
"#;
    insta::assert_snapshot!(forms(text), @r"
    Booking of : day
    VisitForm of clinic.Visit: notes, remind
    LongVisitForm of clinic.Visit: notes, patient, remind
    AnyPatientForm of clinic.Patient: number, person, practice
    LessPatientForm of clinic.Patient: person, practice
    ");
}

#[test]
fn factories_and_editing_views_make_forms_too() {
    let text = r#"
from django.forms import inlineformset_factory, modelform_factory
from django.views.generic import UpdateView
from clinic.models import Patient, Visit

PatientForm = modelform_factory(Patient, fields=["number"])
Visits = inlineformset_factory(Patient, Visit, fields="__all__")


class EditVisit(UpdateView):
    model = Visit
    fields = ["notes"]
"#;
    insta::assert_snapshot!(forms(text), @r"
    EditVisit of clinic.Visit: notes
    modelform_factory of clinic.Patient: number
    inlineformset_factory of clinic.Visit: follows, notes, patient
    ");
}

#[test]
fn what_is_worked_out_while_the_site_runs_is_not_guessed() {
    let text = r#"
from django import forms
from clinic.models import Visit
from elsewhere import CompactForm, allowed


class VisitForm(forms.ModelForm):
    class Meta:
        model = Visit
        fields = allowed()


class Compact(CompactForm):
    note = forms.CharField()
"#;
    insta::assert_snapshot!(forms(text), @r"
    VisitForm of clinic.Visit:  and more
    Compact of : note and more
    ");
}
