"""What all documents share: strictness, the Kubernetes envelope, camelCase names."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from reconciler.spec.scalars import Label, Name

API_VERSION = "reconciler/v1alpha1"


class Strict(BaseModel):
    """Unknown fields, and values of another type, are errors; error texts never show the value (it may be secret).

    The texts under the fields are what an editor shows on hover: `schema.py` reads them from the source, because to
    have pydantic do it costs every run a fifth of its start-up.
    """

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        alias_generator=to_camel,
        hide_input_in_errors=True,
    )


class Metadata(Strict):
    """What every document has."""

    name: Name
    """Unique among documents of its kind; for an Experiment it is part of every name we make."""
    labels: dict[Label, Label] = Field(default_factory=dict)
    """Free labels, for people and selectors."""


class Document(Strict):
    """The envelope of every document."""

    api_version: Literal["reconciler/v1alpha1"]
    """The version of the format."""
    metadata: Metadata
    """The document's name and labels."""
