"""What a server answers, followed to every output of the application: text is text, there too."""
