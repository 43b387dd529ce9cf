"""Registration: batches, exams, rooms, applications and tickets."""
