"""What the database itself refuses about exams that were prepared."""

from kaoping.itembank.refusing import before, refusing

STATEMENTS: tuple[str, ...] = (
    refusing("exam_twins_are_frozen", "true", "'the English of an exam is frozen when it is prepared'"),
    before("UPDATE OF twins", "exam_paper", "exam_twins_are_frozen"),
)
