"""An OpenID provider says who calls: programs by the tokens that it signs, people by signing in there."""
