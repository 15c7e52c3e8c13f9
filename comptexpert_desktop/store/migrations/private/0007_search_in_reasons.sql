-- Words are looked for in the reason of a request too: every line is read from the server once more, and written with it.

DELETE FROM meta WHERE name = 'cursor';
