"""What a validator says of a PDF: the rules of PDF/UA-1 (ISO 14289-1) that a program can check."""

from __future__ import annotations

CLAIM = b'pdfuaid:part="1"'


def claims(content: bytes) -> bool:
    """Tell whether the file says of itself that it is PDF/UA."""
    return CLAIM in content


def faults(content: bytes) -> list[str]:
    """List what breaks a rule."""
    import page as validator  # by those tests alone that make a PDF

    limits = validator.SafetyLimits.unlimited()
    report = validator.validate_pdf_bytes(content, profile=validator.ValidationProfile.PDF_UA_1, limits=limits)
    assert report.rules.total > 100
    return [f"{one.rule_id}: {one.message}" for one in report.failures]
