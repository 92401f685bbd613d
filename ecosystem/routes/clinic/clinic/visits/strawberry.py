import strawberry


@strawberry.type
class Query:
    hello: str = "hello"


schema = strawberry.Schema(query=Query)
