"""What all documents share: strictness, the Kubernetes envelope, camelCase names."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel

from reconciler.spec.scalars import Name

API_VERSION = "reconciler/v1alpha1"


class Strict(BaseModel):
    """Unknown fields, and values of another type, are errors; error texts never show the value (it may be secret)."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        alias_generator=to_camel,
        hide_input_in_errors=True,
        use_attribute_docstrings=True,
    )


class Metadata(Strict):
    name: Name
    """Unique among documents of its kind; for an Experiment it is part of every name we make."""
    labels: dict[str, Annotated[str, StringConstraints(max_length=63)]] = Field(default_factory=dict)
    """Free labels, for people and selectors."""


class Document(Strict):
    api_version: Literal["reconciler/v1alpha1"]
    metadata: Metadata
