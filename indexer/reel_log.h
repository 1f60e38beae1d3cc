#ifndef REEL_LOG_H
#define REEL_LOG_H

/*
 * One line a message, "verb phrase key=value ...", on stderr or in a file.
 * Control characters and bytes that are not UTF-8 are escaped as \xNN, so a
 * file name cannot forge a line.  errno survives every call.
 */
enum reel_log_level {
	REEL_LOG_ERR = 0,
	REEL_LOG_WARN = 1,
	REEL_LOG_INFO = 2,
	REEL_LOG_DEBUG = 3
};

/**
 * reel_log_open(path, level):
 * Log to the file at ${path} (NULL: stderr) what is at most ${level}.  Returns
 * nonzero with errno if the file cannot be opened.
 * reel_log_reopen() opens the same path again (SIGUSR1).
 */
int reel_log_open(const char *path, enum reel_log_level level);
int reel_log_reopen(void);
void reel_log_close(void);
int reel_log_wants(enum reel_log_level level);

/* The level of a word, "error" "warn" "info" "debug"; -1 if it is none. */
int reel_log_level_parse(const char *word);

void reel_err(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void reel_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void reel_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void reel_debug(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Say why, and abort: for states that cannot be. */
void reel_fatal(const char *fmt, ...)
    __attribute__((format(printf, 1, 2), noreturn));

#endif /* !REEL_LOG_H */
