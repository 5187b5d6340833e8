"""The field of a question in a form, bound to what was typed or is kept."""

from collections.abc import Sequence
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms.fields.choices import SelectChoice
from wtforms.form import BaseForm

from partnerkompas.criteria.kinds.kind import kind_of
from partnerkompas.criteria.questions import Question
from partnerkompas.infra.language import _, language


def bound(question: Question, name: str, typed: Sequence[str]) -> Any:
    """The field of the kind by this name, with what stands in it; a list to choose from begins with nothing chosen."""
    form = BaseForm({name: kind_of(question).field(question, language())})
    made = form[name]
    if made.type == "SelectField":
        made.choices = [SelectChoice("", _("kies")), *made.choices]
    form.process(MultiDict([(name, each) for each in typed]) if typed else MultiDict({"-": ""}))
    return made
