"""All actions that the server offers."""

from actions.assigning import AssignTask
from actions.drafts import ContinueDraft
from actions.forms import CompletionForm, MeetingForm, RegistrationForm, TaskForm
from actions.general import Greet, Help, Human, NoForm, Unsupported
from actions.history import Export, QueryHistory
from actions.meetings import (
    CreateMeeting,
    EndMeeting,
    JoinMeeting,
    LeaveMeeting,
    ListMeetings,
    WhoIsHere,
)
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
    MeetingForm,
    CreateMeeting,
    JoinMeeting,
    LeaveMeeting,
    ListMeetings,
    WhoIsHere,
    EndMeeting,
    AssignTask,
    ListTasks,
    StartTask,
    CompleteTask,
    UpdateTask,
    QueryHistory,
    Export,
]
