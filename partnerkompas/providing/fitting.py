"""Whether what was filled in still suits its question: a release may ask something else by the same name. Pure."""

from partnerkompas.answers.saying import state_of
from partnerkompas.criteria.kinds import NotAnAnswer, kind_of
from partnerkompas.infra.language import _
from partnerkompas.providing.contents import Asked


def misfit(asked: Asked) -> str:
    """Why what is filled in is no answer to the question as it is asked now; empty when it is one."""
    question, content = asked.question, asked.content
    if content.value is None:
        return ""
    kind = kind_of(question)
    try:
        value = kind.parse(question, content.value)
    except NotAnAnswer as wrong:
        return _("Dit kan niet meer: %(why)s. Wijzig het.", why=wrong)
    if state_of(question, value) != content.state or not kind.same(question, value, content.value):
        return _("Dit antwoord zegt bij de vraag van nu iets anders. Wijzig het.")
    return ""
