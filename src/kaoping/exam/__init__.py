"""The application: people, registration, delivery, marking, results and pages."""
