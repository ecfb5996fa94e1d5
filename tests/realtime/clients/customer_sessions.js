// What the published interface to chat sessions shows clients to do, to the letter.

// Frontend usage example
const startSession = async () => {
  const response = await fetch('http://127.0.0.1:8000/api/chat/sessions/start/', {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
    },
    body: JSON.stringify({})
  });
  
  const data = await response.json();
  console.log('Session started:', data);
  // Store session_id for subsequent requests
  localStorage.setItem('chatSessionId', data.session_id);
};

// Frontend usage example
const updateSession = async (activityType, additionalData = {}) => {
  const sessionId = localStorage.getItem('chatSessionId');
  
  const response = await fetch('http://127.0.0.1:8000/api/chat/sessions/update/', {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
    },
    body: JSON.stringify({
      session_id: sessionId,
      activity_type: activityType,
      ...additionalData
    })
  });
  
  const data = await response.json();
  console.log('Session updated:', data);
};


// Frontend usage example
const endSession = async () => {
  const sessionId = localStorage.getItem('chatSessionId');
  
  const response = await fetch('http://127.0.0.1:8000/api/chat/sessions/end/', {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
    },
    body: JSON.stringify({
      session_id: sessionId
    })
  });
  
  const data = await response.json();
  console.log('Session ended:', data);
  localStorage.removeItem('chatSessionId');
};

// Frontend usage example
const getSessionStatus = async () => {
  const response = await fetch('http://127.0.0.1:8000/api/chat/sessions/status/', {
    method: 'GET',
    headers: {
      'Content-Type': 'application/json',
    }
  });
  
  const data = await response.json();
  console.log('Session status:', data);
  
  if (data.has_active_session) {
    localStorage.setItem('chatSessionId', data.session_id);
  }
};

// Frontend usage example
const getSessionHistory = async () => {
  const response = await fetch('http://127.0.0.1:8000/api/chat/sessions/history/', {
    method: 'GET',
    headers: {
      'Content-Type': 'application/json',
    }
  });
  
  const data = await response.json();
  console.log('Session history:', data);
};

// Frontend usage example (optional, mainly for maintenance)
const cleanupSessions = async () => {
  const response = await fetch('http://127.0.0.1:8000/api/chat/sessions/cleanup/', {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
    },
    body: JSON.stringify({})
  });
  
  const data = await response.json();
  console.log('Cleanup result:', data);
};

// sessionManager.js
class SessionManager {
  constructor() {
    this.sessionId = localStorage.getItem('chatSessionId');
    this.apiBase = 'http://127.0.0.1:8000/api/chat/sessions';
  }

  async initializeSession() {
    // Check for existing session first
    const status = await this.getStatus();
    
    if (!status.has_active_session) {
      // Start new session
      await this.start();
    } else {
      // Use existing session
      this.sessionId = status.session_id;
      localStorage.setItem('chatSessionId', this.sessionId);
    }
  }

  async start() {
    const response = await fetch(`${this.apiBase}/start/`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({})
    });
    
    const data = await response.json();
    this.sessionId = data.session_id;
    localStorage.setItem('chatSessionId', this.sessionId);
    return data;
  }

  async update(activityType, additionalData = {}) {
    if (!this.sessionId) return;
    
    const response = await fetch(`${this.apiBase}/update/`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({
        session_id: this.sessionId,
        activity_type: activityType,
        ...additionalData
      })
    });
    
    return response.json();
  }

  async end() {
    if (!this.sessionId) return;
    
    const response = await fetch(`${this.apiBase}/end/`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({
        session_id: this.sessionId
      })
    });
    
    localStorage.removeItem('chatSessionId');
    this.sessionId = null;
    return response.json();
  }

  async getStatus() {
    const response = await fetch(`${this.apiBase}/status/`, {
      method: 'GET',
      headers: { 'Content-Type': 'application/json' }
    });
    
    return response.json();
  }

  async getHistory() {
    const response = await fetch(`${this.apiBase}/history/`, {
      method: 'GET',
      headers: { 'Content-Type': 'application/json' }
    });
    
    return response.json();
  }

  // Event handlers for React components
  onMessageSent() {
    this.update('message_sent');
  }

  onConversationStarted() {
    this.update('conversation_started');
  }

  onResponseReceived(responseTime) {
    this.update('response_received', { response_time: responseTime });
  }
}
