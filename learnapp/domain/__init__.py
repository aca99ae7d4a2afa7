"""The rules of people, programme, study, exams and progress; values in, values out."""
