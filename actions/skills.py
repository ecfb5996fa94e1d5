"""All actions that the server offers."""

from actions.assigning import AssignTask
from actions.drafts import ContinueDraft
from actions.forms import CompletionForm, RegistrationForm, TaskForm
from actions.general import Greet, Help, Human, NoForm, Unsupported
from actions.history import Export, QueryHistory
from actions.not_understood import Fallback
from actions.registrations import CorrectSaved, Register, Undo
from actions.scheduled import AddNote, CancelSession, CompleteSession
from actions.sessions import ListSessions, SignIn, SignOut, WhoAmI
from actions.task_lists import ListTasks
from actions.tasks import CompleteTask, StartTask, UpdateTask
from actions.turn import SkillAction

ACTIONS: list[type[SkillAction]] = [
    Greet,
    Help,
    Fallback,
    Human,
    NoForm,
    Unsupported,
    SignIn,
    SignOut,
    WhoAmI,
    ListSessions,
    Register,
    ContinueDraft,
    Undo,
    CorrectSaved,
    RegistrationForm,
    TaskForm,
    CompletionForm,
    CompleteSession,
    CancelSession,
    AddNote,
    AssignTask,
    ListTasks,
    StartTask,
    CompleteTask,
    UpdateTask,
    QueryHistory,
    Export,
]
