# What R says about every input: curves, quantiles, rates, tests, Cox models, proportions.
# Run from anywhere: Rscript tests/oracle/make_oracle.R
# Reads inputs/*.csv and cohorts/*.csv beside this file; writes inputs/r_*.csv and outputs/*.csv.
library(survival)
options(warn = -1)
invisible(Sys.setlocale("LC_COLLATE", "C"))
here <- dirname(normalizePath(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))))
setwd(here)

TRANSFORMS <- c("log-log", "log", "plain")
SHARES <- c(0.25, 0.5, 0.75)
RATE_TIMES <- c(12, 24, 36, 60)
found <- list()

keep <- function(file, ...) {
  found[[file]] <<- c(found[[file]], list(data.frame(..., stringsAsFactors = FALSE)))
}

number <- function(x) ifelse(is.na(x), "", sprintf("%.13g", x))

# ---------------------------------------------------------------- survival

curves <- function(name, d, points) {
  for (g in unique(d$group)) {
    one <- d[d$group == g, ]
    fits <- lapply(TRANSFORMS, function(ct)
      survfit(Surv(time, event) ~ 1, one, conf.type = ct, timefix = FALSE))
    names(fits) <- TRANSFORMS
    if (points) with(fits[["log-log"]], keep("curves", dataset = name, group = g, time = time,
      at_risk = n.risk, events = n.event, censored = n.censor, survival = surv,
      std_err = surv * std.err,
      low_log_log = lower, high_log_log = upper,
      low_log = fits[["log"]]$lower, high_log = fits[["log"]]$upper,
      low_plain = fits[["plain"]]$lower, high_plain = fits[["plain"]]$upper))
    for (ct in TRANSFORMS) {
      fit <- fits[[ct]]
      # p = 0 in front keeps quantile() from giving NA for all shares when the curve ends one
      # rounding error above the smallest of them
      q <- lapply(quantile(fit, c(0, SHARES)), function(x) x[-1])
      keep("quantiles", dataset = name, group = g, ci = ct, what = "time", share = SHARES,
        value = q$quantile, low = q$lower, high = q$upper)
      # print.survfit reads some medians and limits in its own way: kept where it does, of the edge
      # cases and R's own data
      printed <- unname(summary(fit)$table[c("median", "0.95LCL", "0.95UCL")])
      asked <- c(q$quantile[2], q$lower[2], q$upper[2])
      if (!grepl("^random|:", name) && !isTRUE(all.equal(printed, unname(asked), tolerance = 1e-9)))
        keep("printed", dataset = name, group = g, ci = ct, value = printed[1], low = printed[2],
          high = printed[3])
      reverse <- survfit(Surv(time, 1 - event) ~ 1, one, conf.type = ct, timefix = FALSE)
      q <- lapply(quantile(reverse, c(0, 0.5)), function(x) x[-1])
      keep("quantiles", dataset = name, group = g, ci = ct, what = "follow-up", share = 0.5,
        value = q$quantile, low = q$lower, high = q$upper)
      for (t in unique(c(RATE_TIMES, 0, max(one$time), min(one$time) / 2))) {
        s <- tryCatch(summary(fit, times = t, extend = FALSE), error = function(e) NULL)
        if (is.null(s)) s <- list(surv = NA, lower = NA, upper = NA, n.risk = 0)
        keep("rates", dataset = name, group = g, ci = ct, time = t, survival = s$surv,
          low = s$lower, high = s$upper, at_risk = s$n.risk)
      }
    }
  }
}

# Log-rank and trend (scores 1..k; R has no function for it) from survdiff's moments. survdiff
# cannot switch the merging of near ties off; on ranks there are none.
logrank <- function(d, stratified) {
  none <- c(statistic = NA, df = NA, p = NA, trend = NA, trend_p = NA)
  d$time <- match(d$time, sort(unique(d$time)))
  s <- tryCatch(
    if (stratified) survdiff(Surv(time, event) ~ group + strata(stratum), d)
    else survdiff(Surv(time, event) ~ group, d), error = function(e) NULL)
  if (is.null(s)) return(none)
  o <- if (is.matrix(s$obs)) rowSums(s$obs) else s$obs
  e <- if (is.matrix(s$exp)) rowSums(s$exp) else s$exp
  df <- sum(e > 0) - 1
  w <- seq_along(o)
  trend <- sum(w * (o - e))^2 / c(w %*% s$var %*% w)
  c(statistic = s$chisq, df = df, p = pchisq(s$chisq, df, lower.tail = FALSE),
    trend = trend, trend_p = pchisq(trend, 1, lower.tail = FALSE))
}

tests <- function(name, d) {
  d$group <- factor(d$group)
  d$event <- as.integer(d$event)
  levels <- levels(d$group)
  for (stratified in c(FALSE, TRUE)) {
    if (stratified && is.null(d$stratum)) next
    prefix <- if (stratified) "stratified " else ""
    l <- logrank(d, stratified)
    keep("tests", dataset = name, test = paste0(prefix, "log-rank"),
      statistic = l["statistic"], df = l["df"], p = l["p"])
    keep("tests", dataset = name, test = paste0(prefix, "log-rank for trend"),
      statistic = l["trend"], df = 1, p = l["trend_p"])
    if (length(levels) > 2) {
      pairs <- combn(levels, 2)
      p <- apply(pairs, 2, function(pair) {
        l <- logrank(droplevels(d[d$group %in% pair, ]), stratified)
        if (!is.na(l["df"]) && l["df"] == 1) l["p"] else NA_real_
      })
      keep("pairs", dataset = name, stratified = stratified, a = pairs[1, ], b = pairs[2, ],
        p = p, p_holm = p.adjust(p, "holm"))
    }
    cox(name, d, stratified, prefix)
  }
}

cox <- function(name, d, stratified, prefix) {
  formula <- if (stratified) Surv(time, event) ~ group + strata(stratum) else Surv(time, event) ~ group
  fit <- function(iter.max) coxph(formula, d, control = coxph.control(
    eps = 1e-11, iter.max = iter.max, toler.chol = 1e-13, timefix = FALSE))
  m <- fit(30)
  if (is.null(m) || is.null(m$wald.test)) return(invisible()) # no events
  b <- m$coefficients
  se <- sqrt(diag(m$var))
  z <- qnorm(0.975)
  keep("cox", dataset = name, stratified = stratified, level = levels(d$group)[-1],
    coef = b, se = se, low = exp(b - z * se), high = exp(b + z * se),
    p = pchisq((b / se)^2, 1, lower.tail = FALSE))
  # Degrees of freedom from the information at 0: R counts a coefficient of 0 with variance 0, and
  # drops one that runs to infinity.
  df <- sum(diag(fit(0)$var) > 0)
  lr <- 2 * diff(m$loglik)
  wald <- if (length(m$wald.test)) m$wald.test else NA  # no coefficient is estimable
  keep("tests", dataset = name, test = paste0(prefix, "Cox ", c("likelihood ratio", "Wald", "score")),
    statistic = c(lr, wald, m$score), df = df,
    p = pchisq(c(lr, wald, m$score), df, lower.tail = FALSE))
}

both <- function(name, d, points = TRUE) {
  curves(name, d, points)
  if (length(unique(d$group)) > 1) tests(name, d)
}

# R's own data sets, exported so that Python reads the very same rows
export <- function(name, d) {
  d <- d[stats::complete.cases(d), ]
  write.csv(cbind(dataset = name, d), file.path("inputs", paste0(name, ".csv")),
    row.names = FALSE, quote = FALSE)
}
export("r_lung", with(lung, data.frame(group = ph.ecog, stratum = sex, time = time, event = status - 1)))
export("r_veteran", with(veteran, data.frame(group = as.character(celltype), stratum = trt,
  time = time, event = status)))
death <- colon[colon$etype == 2, ]
export("r_colon", with(death, data.frame(group = as.character(rx), stratum = sex,
  time = time, event = status)))
export("r_mgus2", with(mgus2, data.frame(group = cut(age, c(0, 60, 70, 80, 200), right = FALSE,
  labels = c("0-59", "60-69", "70-79", "80-99")), stratum = sex, time = futime, event = death)))

for (file in sort(Sys.glob("inputs/*.csv"))) {
  if (basename(file) %in% c("proportions.csv", "tables.csv")) next
  all <- read.csv(file, colClasses = c(group = "character", stratum = "character"))
  for (name in unique(all$dataset)) both(name, all[all$dataset == name, ])
}

# Two factors at once, on rows
for (name in c("r_lung", "r_veteran", "r_colon", "r_mgus2")) {
  d <- read.csv(file.path("inputs", paste0(name, ".csv")),
    colClasses = c(group = "character", stratum = "character"))
  m <- coxph(Surv(time, event) ~ group + stratum, d, control = coxph.control(eps = 1e-11))
  level <- sub("^(group|stratum)", "", names(m$coefficients))
  column <- sub("^(group|stratum).*", "\\1", names(m$coefficients))
  keep("cox_rows", dataset = name, column = column, level = level, coef = m$coefficients,
    se = sqrt(diag(m$var)))
}

# Built-in cohorts: every endpoint pair by every split, complete rows
for (file in sort(Sys.glob("cohorts/*.csv"))) {
  all <- read.csv(file, colClasses = "character", na.strings = "", check.names = FALSE)
  cohort <- sub("\\.csv$", "", basename(file))
  endpoints <- sub("_months$", "", grep("_months$", names(all), value = TRUE))
  splits <- grep("_(months|event)$", names(all), value = TRUE, invert = TRUE)
  for (endpoint in endpoints) for (split in c("", splits)) {
    d <- data.frame(time = as.numeric(all[[paste0(endpoint, "_months")]]),
      event = as.integer(all[[paste0(endpoint, "_event")]]),
      group = if (split == "") "all" else all[[split]], stringsAsFactors = FALSE)
    d <- d[stats::complete.cases(d), ]
    if (nrow(d)) both(paste(cohort, endpoint, split, sep = ":"), d, points = split == "")
  }
}

# ---------------------------------------------------------------- proportions

counts <- read.csv("inputs/proportions.csv")
for (i in seq_len(nrow(counts))) {
  x <- counts$count[i]; n <- counts$n[i]
  for (level in c(0.95, 0.9)) {
    exact <- binom.test(x, n, conf.level = level)$conf.int
    wilson <- prop.test(x, n, conf.level = level, correct = FALSE)$conf.int
    keep("proportions", count = x, n = n, level = level, exact_low = exact[1],
      exact_high = exact[2], wilson_low = wilson[1], wilson_high = wilson[2])
  }
}

# Newcombe 1998, method 10, by its formula: second group minus first
newcombe <- function(x1, n1, x2, n2) {
  a <- prop.test(x1, n1, correct = FALSE)$conf.int
  b <- prop.test(x2, n2, correct = FALSE)$conf.int
  p1 <- x1 / n1; p2 <- x2 / n2; d <- p2 - p1
  c(d, d - sqrt((p2 - b[1])^2 + (a[2] - p1)^2), d + sqrt((b[2] - p2)^2 + (p1 - a[1])^2))
}

# Yang and Dalton 2012: Mahalanobis distance of the shares of two groups, one level left out
smd <- function(m) {
  if (nrow(m) != 2 || any(rowSums(m) == 0) || !any(m[1, ] > 0 & m[2, ] > 0)) return(NA)
  m <- m[, colSums(m) > 0, drop = FALSE]
  if (ncol(m) < 2) return(0)
  p <- (m / rowSums(m))[, -1, drop = FALSE]
  multinomial <- function(p) diag(p, length(p)) - outer(p, p)
  gap <- p[1, ] - p[2, ]
  sqrt(c(gap %*% solve((multinomial(p[1, ]) + multinomial(p[2, ])) / 2, gap)))
}

tables <- read.csv("inputs/tables.csv")
for (name in unique(tables$table)) {
  t <- tables[tables$table == name, ]
  m <- matrix(0, max(t$row) + 1, max(t$column) + 1)
  m[cbind(t$row + 1, t$column + 1)] <- t$count
  full <- m[rowSums(m) > 0, colSums(m) > 0, drop = FALSE]
  testable <- min(dim(full)) > 1
  chi <- if (testable) chisq.test(full, correct = FALSE) else NULL
  fisher <- if (testable) fisher.test(full, workspace = 2e7)$p.value else NA
  trend <- list(statistic = NA, p.value = NA)
  difference <- c(NA, NA, NA)
  if (testable && ncol(m) == 2) {
    trend <- prop.trend.test(m[rowSums(m) > 0, 1], rowSums(m)[rowSums(m) > 0],
      score = which(rowSums(m) > 0))
    if (all(dim(m) == 2)) difference <- newcombe(m[1, 1], sum(m[1, ]), m[2, 1], sum(m[2, ]))
  }
  keep("tables", table = name, chi2 = if (testable) chi$statistic else NA,
    df = if (testable) chi$parameter else NA, chi2_p = if (testable) chi$p.value else NA,
    fisher_p = fisher, trend = trend$statistic, trend_p = trend$p.value,
    smd = smd(m), difference = difference[1], difference_low = difference[2], difference_high = difference[3])
}

dir.create("outputs", showWarnings = FALSE)
for (file in names(found)) {
  d <- do.call(rbind, found[[file]])
  d[] <- lapply(d, function(x) if (is.numeric(x)) number(x) else as.character(x))
  write.csv(d, file.path("outputs", paste0(file, ".csv")), row.names = FALSE, quote = FALSE)
}
writeLines(c(R.version.string, paste("survival", packageVersion("survival"))), "outputs/versions.txt")
