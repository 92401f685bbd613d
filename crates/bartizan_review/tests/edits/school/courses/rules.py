import rules


@rules.predicate
def teaches(user, course):
    return course.teacher == user


@rules.predicate
def tutors(user, course):
    if not user.is_authenticated:
        return False
    return course.members.filter(user=user, is_tutor=True).exists()


rules.add_perm("courses.change_course", teaches | rules.is_superuser)
rules.add_perm("courses.close_course", teaches & rules.is_active)
rules.add_perm("courses.view_homework", teaches | tutors)
