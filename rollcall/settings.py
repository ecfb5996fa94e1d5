"""What can be configured from outside, each setting once, read from the environment.

`docs/settings.md` lists the same names; a test holds the two together.
"""

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


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
    idle_minutes: int = Field(30, ge=1, description="A session without activity ends after this.")
    session_hours: int = Field(12, ge=1, description="A session ends at this age at the latest.")
    log_level: str = Field("INFO", description="Least severe log level that is written.")
