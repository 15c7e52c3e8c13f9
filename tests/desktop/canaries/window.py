"""A window whose server answers with a text of our choice in every text member."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from comptexpert_desktop.adapters.api.effects import read_effects
from comptexpert_desktop.domain.documents import (
    read_catalogue,
    read_council,
    read_delegation,
    read_document,
    read_entry,
    read_me,
    read_session,
)
from comptexpert_desktop.domain.firm_documents import read_firm_page
from comptexpert_desktop.domain.identity import Identity
from comptexpert_desktop.domain.notice import About, Kind, Notice
from comptexpert_desktop.domain.profile_story import ProfileStory
from comptexpert_desktop.domain.review_documents import read_review_page
from comptexpert_desktop.errors import Refused
from comptexpert_desktop.store import delegations as delegation_store
from comptexpert_desktop.store import notices as notice_store
from comptexpert_desktop.usecases import catalogue, registry
from comptexpert_desktop.usecases.ports import Snapshot
from comptexpert_desktop.usecases.session import session
from tests.desktop.canaries.answers import DAY, MOMENT, sample
from tests.desktop.ui.gallery import Gallery
from tests.fakes import an_account

if TYPE_CHECKING:
    from collections.abc import Callable

    from comptexpert_desktop.domain.delegation import Delegation

FIRM = "f1000000-0000-4000-8000-000000000001"
SERVICE, RIGHT = "jesignexpert", "sign"
DATES: dict[str, Any] = {
    "DelegationOut__decided_at": MOMENT,
    "DelegationOut__ended_at": None,
    "DelegationOut__requested_at": MOMENT,
    "ItemOut__answered_at": MOMENT,
    "FirmOut__review_on": "03-31",
    "IdentityOut__since": MOMENT,
}
"""Members that are read as a day or a moment, whatever the description says of them."""
KNOWN: dict[str, Any] = {
    "DelegationOut__service": SERVICE,
    "DelegationOut__rights__*": RIGHT,
    "DelegationOut__effective_rights__*": RIGHT,
    "ServiceOut__id": SERVICE,
    "RightOut__id": RIGHT,
    "ServiceAccessOut__id": SERVICE,
    "ServiceAccessOut__rights__*": RIGHT,
    "InvitationOut__service": SERVICE,
    "InvitationOut__rights__*": RIGHT,
    "GrantOut__service": SERVICE,
    "GrantOut__rights__*": RIGHT,
    "TermsOut__service": SERVICE,
    "UnusedOut__service": SERVICE,
    "UnusedOut__rights__*": RIGHT,
    "CouncilOut__departments__*": "35",
    "MyFirmOut__role": "grantor",
    "AccountOut__profile": "expert_comptable",
    "AccountOut__kind": None,
    "MyReviewOut__status": "open",
    "ItemOut__answer": "keep",
    "PendingSettingOut__setting": "two_approvers",
    "PendingSettingOut__value": False,
    "TermsOut__accepted_by": "f2000000-0000-4000-8000-000000000002",
    "ServiceAccessOut__access": "direct",
    "RegisterLine__action": "delegation.approve",
}
"""Codes that this version knows, so that names stand where names do."""


class World:
    """What a server says, read as the application reads it."""

    def __init__(self, text: Callable[[str], str], *, knows_codes: bool = True) -> None:
        self.text = text
        self.fixed = DATES | (KNOWN if knows_codes else {})

    def document(self, name: str, **fixed: Any) -> Any:
        """Make a document of a schema."""
        return sample(name, self.text, **self.fixed | fixed)

    def delegation(self, number: int, **fixed: Any) -> Delegation:
        """Make a right, or a request, of our people."""
        made = read_delegation(self.document("DelegationOut", DelegationOut__id=f"del-{number:06}", **fixed))
        return replace(made, id=f"del-{number:06}")


class CanaryWindow(Gallery):
    """The window on what such a server answers."""

    world: World

    def hang(self, world: World) -> None:  # type: ignore[override]  # one world in place of a choice
        """Fill the files from the answers, sign in and show the window."""
        self.world = world
        self.fill()
        self.browser.account = an_account()
        tokens = self.browser.sign_in(cancelled=None)
        me = read_me(world.document("MeOut", AccountOut__account_id=an_account().account_id))
        self.server.accounts[tokens.access_token] = me
        stores = self.stores()
        session.begin(stores, signed_in=session.SignedIn(tokens=tokens, me=me), now=self.now)
        catalogue.keep(stores, catalogue=read_catalogue(world.document("CatalogueOut")), now=self.now)
        registry.keep_councils(stores, found=(read_council(world.document("CouncilOut")),), now=self.now)
        entry = read_entry(world.document("EntryOut") | {"registration_number": "140000000001"})
        snapshot = Snapshot(2, None, "2026-11-21T08:00:00Z", (entry._asdict() | {"postal_code": "35000"},))
        registry.keep_snapshot(stores, snapshot=snapshot)
        session.restore(stores, session=self.gateways.session)
        file = stores.account
        assert file is not None
        with file.database.transaction():
            delegation_store.keep(file, delegations=self._delegations(me.account.account_id))
            notice_store.add(file, notices=[self._notice()], is_shown=True)
        stores.close()
        self.server.firms[FIRM] = read_firm_page(world.document("FirmOut"))
        self._answer_by_itself()
        self.server.other_sessions.append(read_session(world.document("SessionOut")))
        review = read_review_page(world.document("ReviewOut"))
        self.server.reviews[review.summary.id] = review
        self.show()

    def _answer_by_itself(self) -> None:
        """Let the calls whose answers are shown and not kept answer with our texts; an identity once it was refused."""
        made, asked = self.world.document, list[str]()

        def identity(delegation_id: str, **_names: object) -> Identity:
            asked.append(delegation_id)
            if len(asked) == 1:
                raise Refused("NOT_FOUND")
            return read_document(Identity, made("IdentityOut"))

        self.server.identity = identity
        self.server.show_effects = lambda *_, **_names: read_effects(made("EffectsOut"))
        self.server.profile_story = lambda **_names: read_document(ProfileStory, made("ProfileStoryOut"))

    def _notice(self) -> Notice:
        one = self.world.delegation(9)
        about = About(one.grantee.display_name, one.service, one.rights, one.firm.name, FIRM, DAY)
        return Notice("notice-1", Kind.APPROVED, self.now, about)

    def _delegations(self, account_id: str) -> list[Delegation]:
        mine: dict[str, Any] = {"Party__entry_id": None}
        made = []
        for number, status in enumerate(("PENDING", "ACTIVE", "SUSPENDED", "REVOKED"), start=1):
            one = self.world.delegation(number, DelegationOut__status=status, **mine)
            made.append(
                replace(
                    one,
                    grantor=replace(one.grantor, account_id=account_id),
                    grantee=replace(one.grantee, account_id="acc-other"),
                )
            )
        return made
