"""Components of Rasa's pipeline: spelling, sentence features, entities of the record."""
