"""What can be configured from outside, each setting once, read from the environment.

`docs/settings.md` lists the same names; a test holds the two together.
"""

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent
SHIPPED_TYPES = ROOT / "data" / "registrations"
# As a browser sends it (RFC 6454): lower case, no path, no user. Over http only on this machine,
# since the page's scripts hold the tokens.
ORIGIN = re.compile(
    r"https://[a-z0-9.-]+(:[0-9]{1,5})?|http://(localhost|127\.0\.0\.1)(:[0-9]{1,5})?"
)


class Settings(BaseSettings):
    """Settings of one instance. Every field is an environment variable `ROLLCALL_<NAME>`.

    `mongodb_uri` alone is read from `MONGODB_URI`, the name that hosting platforms use.
    """

    model_config = SettingsConfigDict(
        env_prefix="ROLLCALL_", populate_by_name=True, frozen=True, extra="ignore"
    )

    home: Path = Field(Path(".rollcall"), description="Folder of database, logs and secrets.")
    host: str = Field("127.0.0.1", description="Address the web server listens on.")
    port: int = Field(5001, ge=1, le=65535, description="Port the web server listens on.")
    env: Literal["development", "production"] = Field(
        "development", description="`production` refuses demo accounts and open binds without TLS."
    )
    demo: bool = Field(True, description="Fill an empty database with the demo company.")
    behind_tls: bool = Field(False, description="A proxy in front terminates TLS: cookies Secure.")
    mongodb_uri: str | None = Field(
        None,
        validation_alias="MONGODB_URI",
        description="Replica set to use instead of the embedded server.",
    )
    database: str = Field("rollcall", description="Name of the MongoDB database.")
    timezone: str = Field("UTC", description="IANA time zone of people who have none of their own.")
    region: str = Field("US", description="Country of phone numbers written without +country code.")
    company: str | None = Field(
        None, description="Name of the company; no passphrase may contain it."
    )
    idle_minutes: int = Field(30, ge=1, description="A session without activity ends after this.")
    session_hours: int = Field(12, ge=1, description="A session ends at this age at the latest.")
    registration_types: Path | None = Field(
        None,
        description="Folder with registration types of your own, beside those that come along.",
    )
    draft_days: int = Field(
        30, ge=1, description="An unfinished form is deleted when nobody touched it for so long."
    )
    guest_chats: bool = Field(
        True, description="Chat sessions are counted for guests too, as `demo_user`."
    )
    api_per_minute: int = Field(
        600, ge=0, description="API calls of one person or API token in a minute; 0 for no limit."
    )
    address_per_minute: int = Field(
        3000, ge=0, description="API calls from one address in a minute; 0 for no limit."
    )
    chat_per_minute: int = Field(
        60, ge=0, description="Messages of one person to the chat in a minute; 0 for no limit."
    )
    guest_chat_per_minute: int = Field(
        20, ge=0, description="The same for somebody who isn't signed in; 0 for no limit."
    )
    guests_per_minute: int = Field(
        100, ge=0, description="The same for all guests of one address; 0 for no limit."
    )
    grace_minutes: int = Field(
        5, ge=0, le=120, description="In a meeting, late and early begin after this."
    )
    meeting_idle_minutes: int = Field(
        30, ge=1, description="A meeting that nobody is in any more ends after this."
    )
    meeting_hours: int = Field(12, ge=1, description="A meeting ends at this age at the latest.")
    quota_megabytes: int = Field(
        5000, ge=1, description="How many MB of files each person can keep."
    )
    zoom_secret: SecretStr | None = Field(
        None, description="Secret token of the Zoom app whose webhook tells about meetings."
    )
    parts: Annotated[tuple[Literal["rasa", "actions", "web", "worker"], ...], NoDecode] = Field(
        (), description="Which parts run here, such as `rasa actions web`; all when unset."
    )
    rasa_urls: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Rasa servers that take the turns; this instance's own when unset."
    )
    actions_urls: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Action servers that Rasa calls; this instance's own when unset."
    )
    log_level: str = Field("INFO", description="Least severe log level that is written.")
    embed_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Sites whose pages may embed the chat, such as `https://intranet.example.com`.",
    )

    @property
    def type_folders(self) -> tuple[Path, ...]:
        """Where registration types are described, those of the company last."""
        own = self.registration_types
        return (SHIPPED_TYPES,) if own is None else (SHIPPED_TYPES, own.resolve())

    @field_validator("embed_origins", "parts", "rasa_urls", "actions_urls", mode="before")
    @classmethod
    def _split(cls, given: object) -> object:
        """Several stand in one variable, with commas or blanks between them."""
        return given.replace(",", " ").split() if isinstance(given, str) else given

    @field_validator("embed_origins", "rasa_urls", "actions_urls")
    @classmethod
    def _only_origins(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        # The same for servers: what is sent to them is signed but not secret by itself.
        for one in given:
            if not ORIGIN.fullmatch(one):
                raise ValueError(f"{one!r} is no origin: write it as https://intranet.example.com")
        return tuple(dict.fromkeys(given))
