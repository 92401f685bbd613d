import enum

from django.contrib.auth.models import AbstractUser
from django.db import models


class Right(enum.Enum):
    READ = enum.auto()
    GRADE = enum.auto()


class User(AbstractUser):
    is_guest = models.BooleanField(default=False)
    phone = models.CharField(max_length=30, blank=True)


class CourseQuerySet(models.QuerySet):
    def seen_by(self, user):
        courses = self
        if user.is_guest:
            courses = courses.filter(is_public=True)
        if not user.is_superuser:
            courses = courses.filter(members__user=user)
        return courses


class Course(models.Model):
    name = models.CharField(max_length=100)
    teacher = models.ForeignKey(User, on_delete=models.CASCADE, related_name="taught")
    is_public = models.BooleanField(default=False)
    is_closed = models.BooleanField(default=False)

    objects = CourseQuerySet.as_manager()

    def rights_of(self, user):
        if user.is_superuser:
            return list(Right)
        if self.teacher == user:
            return [Right.READ, Right.GRADE]
        rights = []
        if self.members.filter(user=user).exists():
            rights.append(Right.READ)
        return rights

    def lets(self, user, right):
        return right in self.rights_of(user)


class Member(models.Model):
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(User, on_delete=models.CASCADE)
    is_tutor = models.BooleanField(default=False)


class HomeworkQuerySet(models.QuerySet):
    def graded_by(self, user):
        courses = Course.objects.filter(members__user=user, members__is_tutor=True)
        return self.filter(course__in=courses)


class Homework(models.Model):
    course = models.ForeignKey(Course, on_delete=models.CASCADE)
    pupil = models.ForeignKey(User, on_delete=models.CASCADE)
    readers = models.ManyToManyField(User, related_name="read")
    text = models.TextField()
    mark = models.IntegerField(null=True)

    objects = HomeworkQuerySet.as_manager()

    def remarks_for(self, user):
        if user == self.pupil:
            return self.remarks.filter(is_private=False)
        return self.remarks.all()


class Remark(models.Model):
    homework = models.ForeignKey(Homework, on_delete=models.CASCADE, related_name="remarks")
    is_private = models.BooleanField(default=True)
    text = models.TextField()


class Key(models.Model):
    user = models.ForeignKey(User, on_delete=models.CASCADE)
    value = models.CharField(max_length=64)
    is_active = models.BooleanField(default=True)
