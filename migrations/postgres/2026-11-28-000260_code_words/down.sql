delete from screening_tries where source = 'code_word';
delete from alert_occurrences where source = 'code_word';
drop table code_words;
