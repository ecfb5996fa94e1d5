"""Starting, finishing and changing tasks; `task_lists.py` shows them."""

from actions.task_talk import TaskTalk
from rollcall.spoken.wishes import Wish


class StartTask(TaskTalk):
    """“Start the security training”."""

    action_name = "action_start_task"
    intent = "start_task"
    default = Wish.START


class CompleteTask(TaskTalk):
    """“Finish the security training and the stocktaking”."""

    action_name = "action_complete_task"
    intent = "complete_task"
    default = Wish.COMPLETE


class UpdateTask(TaskTalk):
    """“Postpone Erika's stocktaking to Monday”, “make it urgent”, “no, give it to Oscar”."""

    action_name = "action_update_task"
    intent = "update_task"
    default = Wish.CHANGE
