// What the session tracker's documentation shows clients to do, to the letter.

const complete = async (sessionId) => {
// Complete a Session (API)
const formData = new FormData();
formData.append('id', sessionId);
formData.append('actual_start_time', '09:30');
formData.append('actual_end_time', '10:45');
formData.append('completion_code', 'BATCH-001-DEC19');
formData.append('notes', 'Covered Topics 1-3, Quiz scheduled for next session');

const res = await fetch('api/session_completion.php?action=complete', {
    method: 'POST',
    credentials: 'same-origin',
    body: formData
});
return res;
};

const upload = async (completionId, fileInput) => {
// Upload Attachment (API)
const formData = new FormData();
formData.append('completion_id', completionId);
formData.append('file', fileInput.files[0]);
formData.append('description', 'Class recording - Session 1');

const res = await fetch('api/session_completion.php?action=upload_attachment', {
    method: 'POST',
    credentials: 'same-origin',
    body: formData
});
return res;
};

const addNote = async (completionId, CRUD) => {
// Add Note/Comment
const formData = new FormData();
formData.append('completion_id', completionId);
formData.append('note_text', 'Great participation today!');
formData.append('note_type', 'achievement');

await CRUD.post('api/session_completion.php?action=add_note', formData);
};
