"""The pages about the site itself: home, method, about, health."""
