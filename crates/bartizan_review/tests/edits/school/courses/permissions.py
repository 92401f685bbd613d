from rest_framework.permissions import BasePermission, DjangoObjectPermissions


class CoursePermission(DjangoObjectPermissions):
    perms_map = {
        "GET": ["%(app_label)s.view_%(model_name)s"],
        "POST": ["%(app_label)s.add_%(model_name)s"],
        "PUT": ["%(app_label)s.change_%(model_name)s"],
        "PATCH": ["%(app_label)s.change_%(model_name)s"],
        "DELETE": ["%(app_label)s.delete_%(model_name)s"],
    }


class ClosingPermission(CoursePermission):
    def get_required_object_permissions(self, method, model_cls):
        if method == "POST":
            return ("courses.close_course",)
        return ("courses.view_course",)


class DeletingPermission(BasePermission):
    def has_permission(self, request, view):
        return not request.user.is_guest


class GuestPermission(BasePermission):
    lets_guests_in = True

    def has_permission(self, request, view):
        if self.lets_guests_in:
            return True
        return not request.user.is_guest


class PupilPermission(GuestPermission):
    lets_guests_in = False


class OwnHomework(BasePermission):
    def has_object_permission(self, request, view, obj):
        return obj.pupil == request.user
