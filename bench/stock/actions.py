"""The custom actions of the stock assistant, written as Rasa's documentation shows them.

They run in rasa-sdk's own server (`python -m rasa_sdk --actions actions`, in this folder).
"""

import os
import re
from datetime import datetime, timezone
from typing import Any
from uuid import uuid4

from pymongo import DESCENDING, MongoClient
from rasa_sdk import Action, FormValidationAction, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

FIELDS = ("company_name", "contact_name", "email", "phone", "category")
CATEGORIES = ("goods", "services", "software", "facilities", "other")
LISTED = 10

database = MongoClient(os.environ["STOCK_MONGODB_URI"])["stock"]
database.suppliers.create_index("employee_id")
database.suppliers.create_index("company_name", unique=True)
database.suppliers.create_index("email", unique=True)


class ActionSignIn(Action):
    """Looks up who it is and opens a session. There is no passphrase to check."""

    def name(self) -> str:
        return "action_sign_in"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[dict[str, Any]]:
        employee_id = next(tracker.get_latest_entity_values("employee_id"), "").upper()
        employee = database.employees.find_one({"_id": employee_id})
        if employee is None:
            dispatcher.utter_message(text="I don't know that employee id.")
            return [SlotSet("employee_id", None)]
        session = {
            "_id": uuid4().hex,
            "employee_id": employee_id,
            "login_time": datetime.now(timezone.utc),
        }
        database.user_sessions.insert_one(session)
        dispatcher.utter_message(
            text="Access Granted - Session Active\n"
            f"Welcome, {employee['name']} ({employee['role']})\n"
            f"Employee ID: {employee_id}"
        )
        return [SlotSet("employee_id", employee_id)]


class ValidateSupplierForm(FormValidationAction):
    """Checks each answer."""

    def name(self) -> str:
        return "validate_supplier_form"

    def validate_company_name(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> dict[str, Any]:
        name = value.strip()
        if not 0 < len(name) <= 120:
            dispatcher.utter_message(text="A company name has 1 to 120 characters.")
            return {"company_name": None}
        if database.suppliers.find_one({"company_name": name}):
            dispatcher.utter_message(text="This company is already registered.")
            return {"company_name": None}
        return {"company_name": name}

    def validate_contact_name(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> dict[str, Any]:
        name = value.strip()
        if not 0 < len(name) <= 120 or re.search(r"\d", name):
            dispatcher.utter_message(text="That does not look like a name.")
            return {"contact_name": None}
        return {"contact_name": name}

    def validate_email(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> dict[str, Any]:
        email = value.strip()
        if not re.fullmatch(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", email):
            dispatcher.utter_message(text="That does not look like an e-mail address.")
            return {"email": None}
        if database.suppliers.find_one({"email": email}):
            dispatcher.utter_message(text="This e-mail address is already registered.")
            return {"email": None}
        return {"email": email}

    def validate_phone(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> dict[str, Any]:
        phone = re.sub(r"[\s().-]", "", value)
        if not re.fullmatch(r"\+?[0-9]{6,15}", phone):
            dispatcher.utter_message(text="That does not look like a phone number.")
            return {"phone": None}
        return {"phone": phone}

    def validate_category(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> dict[str, Any]:
        category = value.strip().lower()
        if category not in CATEGORIES:
            dispatcher.utter_message(text=f"Please pick one of: {', '.join(CATEGORIES)}.")
            return {"category": None}
        return {"category": category}


class ActionSaveSupplier(Action):
    """Writes what the form holds when it was confirmed, and empties the form."""

    def name(self) -> str:
        return "action_save_supplier"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[dict[str, Any]]:
        emptied = [SlotSet(name, None) for name in (*FIELDS, "confirm")]
        if not tracker.get_slot("confirm"):
            dispatcher.utter_message(text="Cancelled. Nothing was saved.")
            return emptied
        supplier = {name: tracker.get_slot(name) for name in FIELDS}
        made = database.suppliers.insert_one(
            {
                **supplier,
                "employee_id": tracker.get_slot("employee_id"),
                "timestamp": datetime.now(timezone.utc),
            }
        )
        dispatcher.utter_message(
            text=f"Saved: supplier {supplier['company_name']}. Reference {made.inserted_id}."
        )
        return emptied


class ActionListRegistrations(Action):
    """The latest suppliers that the employee registered."""

    def name(self) -> str:
        return "action_list_registrations"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[dict[str, Any]]:
        found = database.suppliers.find({"employee_id": tracker.get_slot("employee_id")})
        latest = list(found.sort("_id", DESCENDING).limit(LISTED))
        lines = [f"You have {len(latest)} registrations, the latest first:"]
        lines += [f"• {one['company_name']} ({one['category']})" for one in latest]
        dispatcher.utter_message(text="\n".join(lines))
        return []
