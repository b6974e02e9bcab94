# What R's metafor says about summaries of proportions.
# Run from anywhere: Rscript tests/oracle/make_meta_oracle.R   (Debian: apt install r-cran-metafor)
# The first two inputs are the rates of data/published/tace-rt-literature.csv, the others are made
# from a fixed seed; inputs and results go to outputs/meta.csv.
suppressMessages(library(metafor))
options(warn = -1)
here <- dirname(normalizePath(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))))
setwd(file.path(here, "outputs"))
set.seed(2020)
number <- function(x) ifelse(is.na(x), "", sprintf("%.13g", x))

answer <- function(name, x, n, method, level) {
  es <- escalc(measure = "PLO", xi = x, ni = n, add = 0.5, to = "only0")
  tight <- list(tol = 1e-13, maxiter = 10000)
  # test = "adhoc" is Hartung-Knapp with a scale not below 1.
  re <- rma(yi, vi, data = es, method = method, test = "adhoc", level = 100 * level, control = tight)
  fe <- rma(yi, vi, data = es, method = "FE", level = 100 * level)
  plain <- rma(yi, vi, data = es, method = method, test = "z", level = 100 * level, control = tight)
  k <- length(x)
  half <- if (k > 2) qt((1 + level) / 2, k - 2) * sqrt(plain$tau2 + plain$se^2) else NA
  if (k > 2) { # Higgins, Thompson and Spiegelhalter as metafor has it
    riley <- predict(plain, pi.type = "riley", level = 100 * level)
    stopifnot(abs(riley$pi.ub - (plain$beta[1] + half)) < 1e-9)
  }
  data.frame(name = name, x = paste(x, collapse = " "), n = paste(n, collapse = " "),
    method = tolower(method), level = level, tau2 = re$tau2, q = fe$QE, p = fe$QEp,
    i2 = max(0, (fe$QE - (k - 1)) / fe$QE),
    random = plogis(re$beta[1]), random_low = plogis(re$ci.lb), random_high = plogis(re$ci.ub),
    fixed = plogis(fe$beta[1]), fixed_low = plogis(fe$ci.lb), fixed_high = plogis(fe$ci.ub),
    pi_low = plogis(plain$beta[1] - half), pi_high = plogis(plain$beta[1] + half),
    weights = paste(sprintf("%.10g", weights(plain) / 100), collapse = " "))
}

sets <- list(
  "literature orr" = list(c(36, 7, 27, 116, 48, 15), c(76, 19, 140, 412, 69, 45)),
  "literature dcr" = list(c(66, 17, 124, 150, 34, 59, 25), c(76, 19, 140, 412, 35, 69, 45)),
  "all alike" = list(c(10, 20, 30), c(20, 40, 60)),
  "little spread" = list(c(10, 21, 29, 16), c(20, 40, 60, 30)),
  "two studies" = list(c(5, 30), c(20, 40)),
  "nobody and everybody" = list(c(0, 12, 9, 30), c(14, 12, 20, 60)),
  "nobody anywhere" = list(c(0, 0, 0), c(8, 20, 31)),
  "one patient" = list(c(1, 0, 7), c(1, 1, 11)),
  "far apart" = list(c(2, 900, 1, 450), c(1000, 1000, 400, 500)))
for (i in 1:25) {
  k <- sample(2:15, 1); n <- sample(5:400, k, TRUE)
  sets[[paste("random", i)]] <- list(rbinom(k, n, plogis(rnorm(k, -0.5, runif(1, 0, 1.5)))), n)
}
rows <- list()
for (name in names(sets)) for (method in c("PM", "DL"))
  rows[[length(rows) + 1]] <- answer(name, sets[[name]][[1]], sets[[name]][[2]], method,
    if (grepl("3$", name)) 0.9 else 0.95)
table <- do.call(rbind, rows)
for (column in names(table)) if (is.numeric(table[[column]])) table[[column]] <- number(table[[column]])
write.csv(table, "meta.csv", row.names = FALSE, quote = FALSE)
writeLines(c(R.version.string, paste("metafor", packageVersion("metafor"))), "meta_version.txt")
