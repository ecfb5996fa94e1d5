// What the published interface to meeting attendance shows clients to do, to the letter.

// When user joins a meeting page, register them for attendance
const registerForMeeting = async (meetingId) => {
  try {
    const token = localStorage.getItem('authToken');
    
    const response = await fetch('/api/user-sessions/join-meeting', {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'Authorization': `Bearer ${token}`
      },
      body: JSON.stringify({
        meetingId: meetingId,
        participantData: {
          participantName: 'Auto-detected from token',
          device: 'Web Browser'
        }
      })
    });
    
    const result = await response.json();
    
    if (result.success) {
      console.log('Registered for meeting:', result.userData);
      // Store session ID for later use
      sessionStorage.setItem('meetingSessionId', result.sessionId);
    }
  } catch (error) {
    console.error('Failed to register for meeting:', error);
  }
};

// Get enriched attendance data for admin dashboard
const fetchEnrichedAttendance = async (meetingId) => {
  try {
    const token = localStorage.getItem('authToken');
    
    const response = await fetch(
      `/api/attendance-tracker/attendance/${meetingId}?enriched=true`,
      {
        headers: {
          'Authorization': `Bearer ${token}`
        }
      }
    );
    
    const data = await response.json();
    
    if (data.success) {
      // Display participants with user authentication info
      data.participants.forEach(participant => {
        console.log({
          name: participant.participantName,
          email: participant.email,
          isAuthenticated: participant.isAuthenticated,
          userRole: participant.authenticatedUser?.role,
          studentInfo: participant.studentInfo,
          attendanceStatus: participant.attendanceStatus
        });
      });
      
      // Show authentication statistics
      console.log('Auth Stats:', data.authenticationStats);
    }
  } catch (error) {
    console.error('Failed to fetch enriched attendance:', error);
  }
};

// Listen for user session events
socket.on('userJoinedMeeting', (data) => {
  console.log(`${data.user.username} joined meeting ${data.meetingId}`);
  updateParticipantsList(data);
});

socket.on('userLeftMeeting', (data) => {
  console.log(`${data.user.username} left after ${data.duration} minutes`);
  updateParticipantsList(data);
});

socket.on('participantLinked', (data) => {
  console.log('User session linked with Zoom participant:', data);
  refreshAttendanceData();
});
