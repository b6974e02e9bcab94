# What R says about forests: interaction of odds ratios, two arms out of several levels, pinned
# subgroups. Run from anywhere: Rscript tests/oracle/make_subgroup_oracle.R
# Random tables from a fixed seed; and depth/inputs/m_lung.csv with a response made from it (CR at a
# Karnofsky index of 90 or more, PD below). Writes outputs/subgroup_*.csv. Needs survival.
suppressMessages(library(survival))
options(warn = -1)
here <- dirname(normalizePath(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))))
setwd(here)
set.seed(914)
number <- function(x) ifelse(is.na(x), "", sprintf("%.13g", x))
write <- function(name, rows) {
  table <- do.call(rbind, rows)
  for (column in names(table)) if (is.numeric(table[[column]])) table[[column]] <- number(table[[column]])
  write.csv(table, paste0("outputs/subgroup_", name, ".csv"), row.names = FALSE, quote = FALSE)
}
tight <- glm.control(epsilon = 1e-14, maxit = 200)

# ---------------------------------------------------------------- interaction of odds ratios
# cells: level after level, reference then compared arm, as events/patients; levels that cannot
# speak (one outcome only) are taken out before R sees them
interaction <- function(y, n, arm, by) {
  a <- glm(cbind(y, n - y) ~ arm + by, family = binomial, control = tight)
  b <- glm(cbind(y, n - y) ~ arm * by, family = binomial, control = tight)
  c(statistic = deviance(a) - deviance(b), df = sum(!is.na(coef(b))) - sum(!is.na(coef(a))))
}
rows <- list()
for (i in 1:25) {
  k <- sample(2:7, 1)
  n <- sample(if (i %% 3 == 0) 2:9 else 5:60, 2 * k, TRUE)
  y <- rbinom(2 * k, n, runif(2 * k, 0.1, 0.9))
  arm <- factor(rep(c("r", "c"), k), levels = c("r", "c"))
  by <- factor(rep(seq_len(k), each = 2))
  total <- tapply(y, by, sum); whole <- tapply(n, by, sum)
  speaks <- (total > 0 & total < whole)[as.character(by)]
  if (sum(speaks) < 4) next
  found <- interaction(y[speaks], n[speaks], arm[speaks], droplevels(by[speaks]))
  rows[[length(rows) + 1]] <- data.frame(cells = paste(paste(y, n, sep = "/"), collapse = " "),
    statistic = found[["statistic"]], df = found[["df"]])
}
write("interaction", rows)

# ---------------------------------------------------------------- arms and pins on real rows
d <- read.csv("depth/inputs/m_lung.csv", na.strings = c("", "NA"))
d$good <- as.integer(d$karno >= 90)
newcombe <- function(x, n, y, m) {  # y/m minus x/n, method 10
  wilson <- function(x, n) prop.test(x, n, correct = FALSE)$conf.int
  p <- x / n; q <- y / m; w <- wilson(x, n); v <- wilson(y, m)
  c(q - p, q - p - sqrt((q - v[1])^2 + (w[2] - p)^2), q - p + sqrt((v[2] - q)^2 + (p - w[1])^2))
}
arms <- function(name, keep, compared, factor) {
  s <- d[keep & !is.na(d$ecog), ]
  s$arm <- as.integer(compared(s))
  s$by <- s[[factor]]
  one <- s[!is.na(s$time) & !is.na(s$event), ]
  m <- summary(coxph(Surv(time, event) ~ arm, one))
  a <- coxph(Surv(time, event) ~ arm + by, one); b <- coxph(Surv(time, event) ~ arm * by, one)
  r <- s[!is.na(s$good), ]
  x <- tapply(r$good, r$arm, sum); n <- table(r$arm)
  gap <- newcombe(x[["0"]], n[["0"]], x[["1"]], n[["1"]])
  g <- aggregate(cbind(y = r$good, n = 1), list(arm = r$arm, by = r$by), sum)
  odds <- interaction(g$y, g$n, factor(g$arm), factor(g$by))
  data.frame(name = name, hr = m$conf.int[1], low = m$conf.int[3], high = m$conf.int[4],
    p = m$coefficients[5], statistic = 2 * (b$loglik[2] - a$loglik[2]),
    gap = gap[1], gap_low = gap[2], gap_high = gap[3],
    fisher = fisher.test(table(r$arm, r$good))$p.value, odds_statistic = odds[["statistic"]])
}
every <- rep(TRUE, nrow(d))
write("arms", list(
  arms("others", every, function(s) s$ecog != "e0", "sex"),
  arms("one-of-three", every, function(s) s$ecog == "e2", "sex"),
  arms("two-levels", d$ecog %in% c("e0", "e1"), function(s) s$ecog == "e1", "sex")))
writeLines(c(R.version.string, paste("survival", packageVersion("survival"))),
  "outputs/subgroup_versions.txt")
