"""What a browser calls itself, in words that its owner recognises."""

import re

BROWSERS = [
    # Most browsers name others too: the one that nobody else names comes first.
    ("Edge", re.compile(r"\bEdgA?(?:iOS)?/")),
    ("Opera", re.compile(r"\bOPR/")),
    ("Samsung Internet", re.compile(r"\bSamsungBrowser/")),
    ("Firefox", re.compile(r"\b(?:Firefox|FxiOS)/")),
    ("Chrome", re.compile(r"\b(?:Headless)?(?:Chrome|CriOS|Chromium)/")),
    ("Safari", re.compile(r"\bVersion/\S+ (?:Mobile/\S+ )?Safari/")),
]
SYSTEMS = [
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows NT"),
    ("macOS", "Macintosh"),
    ("ChromeOS", "CrOS"),
    ("Linux", "Linux"),
]
PRODUCT = re.compile(r"[A-Za-z][\w.+-]{0,30}")


def describe(user_agent: str | None) -> str:
    """A User-Agent header in words: "Firefox on Linux", "curl", "Unknown device"."""
    text = user_agent or ""
    browser = next((name for name, pattern in BROWSERS if pattern.search(text)), None)
    system = next((name for name, sign in SYSTEMS if sign in text), None)
    if browser is None:
        product = PRODUCT.match(text)
        browser = product[0] if product and product[0] != "Mozilla" else "Unknown device"
    return f"{browser} on {system}" if system else browser
