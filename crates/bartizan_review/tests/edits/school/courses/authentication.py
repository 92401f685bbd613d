from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed

from .models import Key


class KeyAuthentication(BaseAuthentication):
    def authenticate(self, request):
        value = request.headers.get("X-Key")
        if not value:
            return None
        key = Key.objects.filter(is_active=True).filter(value=value).first()
        if key is None:
            raise AuthenticationFailed
        if not key.user.is_active:
            raise AuthenticationFailed
        return key.user, key
