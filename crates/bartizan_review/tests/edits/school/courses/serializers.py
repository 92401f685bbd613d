from django.conf import settings
from rest_framework import serializers

from .models import Course, Homework, User


class PersonSerializer(serializers.ModelSerializer):
    class Meta:
        model = User
        fields = ["id", "username"]
        if settings.SHOW_ADDRESSES:
            fields += ["email"]


class CourseSerializer(serializers.ModelSerializer):
    teacher = PersonSerializer(read_only=True)

    class Meta:
        model = Course
        fields = ["id", "name", "teacher", "is_public"]


class HomeworkSerializer(serializers.ModelSerializer):
    class CourseField(serializers.PrimaryKeyRelatedField):
        def get_queryset(self):
            return Course.objects.filter(members__user=self.context["request"].user)

    course = CourseField(required=True)

    class Meta:
        model = Homework
        fields = ["id", "course", "text"]
