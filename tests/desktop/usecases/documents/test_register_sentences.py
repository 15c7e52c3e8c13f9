"""A line of the register reads as a sentence, under the names of that day; what was erased is said to be."""

from __future__ import annotations

from comptexpert_desktop.presentation.documents import register_sentences
from comptexpert_desktop.presentation.labels import Labels
from tests.fakes import a_catalogue

LABELS = Labels(a_catalogue())
SAID = {"actor": "Claire AUBIER", "grantor": "Claire AUBIER", "grantee": "Élise LEROUX", "reason": "Paie"}


def a_line(action, **changes):
    data = {"service": "jesignexpert", "rights": ["prepare"], "grantee": "0123456789", "grantor": "e", "said": {}}
    line = {"number": 1, "action": action, "actor": "abcdefghij", "acting_for": None, "object_id": "x", "data": data}
    return line | changes


def read(action, *, said=SAID, **changes):
    told = register_sentences.sentence(a_line(action, **changes), said=said, labels=LABELS)
    return told.replace("\u00a0", " ")


def test_who_did_what_for_whom_is_one_sentence():
    line = a_line("delegation.approve")
    line["data"]["valid_until"] = "2026-06-30"
    told = register_sentences.sentence(line, said=SAID, labels=LABELS).replace("\u00a0", " ")
    assert told == "Claire AUBIER accorde à Élise LEROUX « préparer » sur jesignexpert, jusqu’au 30 juin 2026."
    assert (
        read("delegation.suspend") == "Claire AUBIER suspend le droit d’Élise LEROUX : « préparer » sur jesignexpert."
    )


def test_who_decides_in_anothers_place_is_said():
    told = read("delegation.refuse", said=SAID | {"actor": "Paul RIOU", "acting_for": "Claire AUBIER"}, acting_for="e")
    assert told.startswith("Paul RIOU refuse à Élise LEROUX")
    assert told.endswith("Décision prise en l’absence de Claire AUBIER.")


def test_time_acts_without_a_person():
    assert read("delegation.expire", actor=None).startswith("Le droit d’Élise LEROUX est arrivé à son terme :")


def test_a_name_that_was_erased_leaves_a_sentence_without_it():
    told = read("delegation.revoke", said={})
    assert told == "La personne abcdefgh révoque le droit de la personne 01234567 : « préparer » sur jesignexpert."


def test_the_reason_is_quoted_and_an_erased_one_is_said():
    line = a_line("delegation.request")
    line["data"]["said"] = {"reason": "digest"}
    assert register_sentences.why(line, said=SAID).replace("\u00a0", " ") == "Motif : « Paie »"
    assert register_sentences.why(line, said={}).replace("\u00a0", " ") == "Motif : effacé"


def test_an_act_of_a_later_version_is_still_told():
    assert read("delegation.invented") == "Delegation.invented : Claire AUBIER, « préparer » sur jesignexpert."


def test_what_begins_later_says_from_which_day():
    line = a_line("delegation.grant", at="2026-03-01T10:00:00Z")
    line["data"] |= {"valid_from": "2026-03-12", "valid_until": "2026-06-30"}
    told = register_sentences.sentence(line, said=SAID, labels=LABELS).replace("\u00a0", " ")
    assert told.endswith("sur jesignexpert, à partir du 12 mars 2026, jusqu’au 30 juin 2026.")
    line["data"]["valid_from"] = "2026-03-01"
    assert "à partir" not in register_sentences.sentence(line, said=SAID, labels=LABELS)


def test_an_absence_says_who_decides_for_whom_and_when():
    days = {"starts_on": "2026-03-02", "ends_on": "2026-03-20", "absent": "e", "cover": "f"}
    said = {"actor": "Claire AUBIER", "absent": "Claire AUBIER", "cover": "Paul RIOU"}
    assert read("absence.named", said=said, data=days) == (
        "Claire AUBIER confie ses décisions à Paul RIOU pendant son absence, du 2 mars 2026 au 20 mars 2026."
    )
    assert read("absence.ended", said=said, data=days, actor=None) == (
        "Paul RIOU ne décide plus en l’absence de Claire AUBIER."
    )


def test_the_rule_of_two_says_whether_it_begins_or_ends():
    for demanded, words in ((True, "demande désormais deux accords"), (False, "ne demande plus qu’un accord")):
        assert words in read("firm.two_approvers", data={"demanded": demanded})


def test_who_takes_a_right_over_does_not_hand_it_to_themselves():
    assert read("delegation.transfer") == (
        "Claire AUBIER met à son nom le droit d’Élise LEROUX : « préparer » sur jesignexpert."
    )


def test_no_act_that_is_known_is_told_by_its_name_alone():
    data = {"absent": "a", "cover": "b", "starts_on": "2026-03-02", "ends_on": "2026-03-20", "closes_on": "2026-06-30"}
    for action in ("absence.started", "absence.objected", "absence.withdrawn", "absence.standing", "review.opened"):
        told = read(action, data=data)
        assert ", par " not in told
        assert told.endswith(".")


def test_a_renewal_that_is_revoked_with_its_right_is_not_taken_for_the_right_itself():
    line = a_line("delegation.revoke", at="2026-03-01T10:00:00Z")
    line["data"] |= {"valid_from": "2026-07-01", "valid_until": "2026-12-31"}
    told = register_sentences.sentence(line, said=SAID, labels=LABELS).replace("\u00a0", " ")
    assert told.endswith("« préparer » sur jesignexpert, à partir du 1er juillet 2026.")
    line["data"]["valid_from"] = "2026-01-01"
    assert register_sentences.sentence(line, said=SAID, labels=LABELS).endswith("sur jesignexpert.")


def test_a_new_name_and_a_new_profile_are_sentences():
    said = {"actor": "Noé KERJEAN", "member": "Noé KERJEAN"}
    assert read("member.renamed", said=said, data={}) == "Noé KERJEAN a corrigé son nom."
    changed = read("member.profile_changed", said=said, actor=None, data={"from": "trainee", "to": "expert_comptable"})
    assert changed.startswith("Noé KERJEAN change de profil : « Expert-comptable stagiaire », puis «")


def test_a_rule_of_the_cabinet_that_would_be_lightened_is_named():
    asked = {"setting": "two_approvers", "from": "2026-03-04T10:00:00Z"}
    assert read("firm.setting_asked", data=asked) == (
        "Claire AUBIER demande d’alléger un contrôle du cabinet : le second accord."
    )
    assert read("firm.setting_kept", data=asked) == "Le contrôle du cabinet reste ce qu’il était : le second accord."
    assert read("firm.review_on", data={"said": {}}) == "Claire AUBIER change le jour de la revue annuelle du cabinet."
