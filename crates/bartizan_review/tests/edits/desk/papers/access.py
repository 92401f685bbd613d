from django.conf import settings
from django.contrib.auth.decorators import user_passes_test
def note_rights(user, folder):
    if not hasattr(user, "is_folder_clerk"):
        user.is_folder_clerk = folder.clerks.filter(pk=user.pk).exists()


def is_team_of(paper, user):
    team = getattr(paper, "team", None)
    return bool(team and team.allows(user))


class Rights:
    def may_lock(self, folder, user):
        return user.is_staff and folder.group in user.groups.all()


def is_asked(user):
    if not settings.SIGN_IN_ASKED:
        return True
    return user.is_authenticated


def asked(view=None):
    decorator = user_passes_test(is_asked)
    if view:
        return decorator(view)
    return decorator
