from ninja import NinjaAPI, Router
from ninja.security import django_auth

from .models import Note, Visit

api = NinjaAPI(urls_namespace="ninja")
notes = Router()


@api.get("/hello")
def hello(request):
    return "hello"


@api.get("/visits/{int:visit_id}", auth=django_auth, url_name="visit")
def visit(request, visit_id: int):
    return {"id": Visit.objects.get(pk=visit_id).pk}


@notes.get("/")
def notes_list(request):
    return []


@notes.post("/")
def add_note(request, text: str):
    Note.objects.create(text=text)
    return {}


@notes.delete("/{note_id}", auth=None)
def remove_note(request, note_id: int):
    return {}


api.add_router("/notes", notes, auth=django_auth)
