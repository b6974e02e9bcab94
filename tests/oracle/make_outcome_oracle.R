# What R says about agreement, odds ratios, strata and dose-response.
# Run from anywhere: Rscript tests/oracle/make_outcome_oracle.R
# Makes its own inputs from a fixed seed and writes them with the results to outputs/outcome_*.csv.
options(warn = -1)
here <- dirname(normalizePath(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))))
setwd(file.path(here, "outputs"))
set.seed(606)
number <- function(x) ifelse(is.na(x), "", sprintf("%.13g", x))
write <- function(name, rows) {
  table <- do.call(rbind, rows)
  for (column in names(table)) if (is.numeric(table[[column]])) table[[column]] <- number(table[[column]])
  write.csv(table, paste0("outcome_", name, ".csv"), row.names = FALSE, quote = FALSE)
}

# ---------------------------------------------------------------- conditional odds ratio
# fisher.test's own estimate and limits stop at about four digits; the same equations solved closely.
odds <- function(a, b, c, d, level) {
  m <- a + b; n <- c + d; k <- a + c
  support <- max(0, k - n):min(k, m)
  weight <- dhyper(support, m, n, k, log = TRUE)
  share <- function(psi) { w <- weight + log(psi) * support; w <- exp(w - max(w)); w / sum(w) }
  root <- function(f) exp(uniroot(function(l) f(exp(l)), c(-40, 40), tol = 1e-13)$root)
  tail <- (1 - level) / 2
  value <- if (a == min(support)) 0 else if (a == max(support)) NA else
    root(function(psi) sum(support * share(psi)) - a)
  low <- if (a == min(support)) 0 else root(function(psi) sum(share(psi)[support >= a]) - tail)
  high <- if (a == max(support)) NA else root(function(psi) sum(share(psi)[support <= a]) - tail)
  test <- fisher.test(matrix(c(a, b, c, d), 2, byrow = TRUE), conf.level = level)
  data.frame(a = a, b = b, c = c, d = d, level = level, value = value, low = low, high = high,
    p = test$p.value, rough = if (is.finite(test$estimate)) unname(test$estimate) else NA)
}
rows <- list(odds(17, 4, 10, 12, 0.95), odds(3, 1, 1, 3, 0.95), odds(0, 5, 3, 4, 0.95),
  odds(6, 0, 3, 4, 0.9), odds(11, 0, 3, 8, 0.95), odds(120, 40, 90, 75, 0.99))
for (i in 1:20) { n <- sample(1:40, 4, TRUE); rows[[length(rows) + 1]] <- odds(n[1], n[2], n[3], n[4], 0.95) }
write("odds", rows)

# ---------------------------------------------------------------- Mantel-Haenszel
rows <- list()
for (i in 1:12) {
  k <- sample(2:6, 1)
  x <- array(sample(1:25, 4 * k, TRUE), c(2, 2, k))
  test <- mantelhaen.test(x, correct = FALSE)
  cells <- paste(apply(x, 3, function(t) paste(t[1, 1], t[1, 2], t[2, 1], t[2, 2], sep = " ")), collapse = ";")
  rows[[i]] <- data.frame(cells = cells, value = unname(test$estimate), low = test$conf.int[1],
    high = test$conf.int[2], statistic = unname(test$statistic), p = test$p.value)
}
write("strata", rows)

# ---------------------------------------------------------------- agreement
kappa <- function(x, w) {
  n <- sum(x); p <- x / n; r <- rowSums(p); c <- colSums(p)
  po <- sum(w * p); pe <- sum(w * outer(r, c)); k <- (po - pe) / (1 - pe)
  wr <- as.vector(w %*% c); wc <- as.vector(r %*% w)
  v <- 0
  for (i in seq_along(r)) for (j in seq_along(c)) v <- v + p[i, j] * (w[i, j] - (wr[i] + wc[j]) * (1 - k))^2
  se <- sqrt((v - (k - pe * (1 - k))^2) / (n * (1 - pe)^2))
  c(k, max(k - qnorm(0.975) * se, -1), min(k + qnorm(0.975) * se, 1))
}
rows <- list()
tables <- c(list(matrix(c(1, 0, 0, 0, 0, 2, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0), 4, byrow = TRUE)),
  lapply(1:12, function(i) matrix(sample(1:20, 16, TRUE), 4)))
for (x in tables) {
  plain <- kappa(x, diag(4)); weighted <- kappa(x, 1 - abs(outer(1:4, 1:4, "-")) / 3)
  bowker <- mcnemar.test(x, correct = FALSE)
  both <- matrix(c(sum(x[1:2, 1:2]), sum(x[1:2, 3:4]), sum(x[3:4, 1:2]), sum(x[3:4, 3:4])), 2, byrow = TRUE)
  mc <- mcnemar.test(both, correct = FALSE)
  rows[[length(rows) + 1]] <- data.frame(cells = paste(t(x), collapse = " "),
    kappa = plain[1], kappa_low = plain[2], kappa_high = plain[3],
    weighted = weighted[1], weighted_low = weighted[2], weighted_high = weighted[3],
    bowker = unname(bowker$statistic), bowker_df = unname(bowker$parameter), bowker_p = bowker$p.value,
    mcnemar = unname(mc$statistic), mcnemar_p = mc$p.value,
    exact_p = binom.test(both[1, 2], both[1, 2] + both[2, 1])$p.value)
}
write("agreement", rows)

# ---------------------------------------------------------------- dose-response
rows <- list()
for (i in 1:10) {
  k <- sample(2:9, 1); dose <- sort(sample(30:180, k)); n <- sample(3:40, k, TRUE)
  y <- rbinom(k, n, plogis(-1 + 0.01 * (dose - 60)))
  if (sum(y) %in% c(0, sum(n)) || k < 2) next
  fit <- glm(cbind(y, n - y) ~ dose, family = binomial, control = glm.control(epsilon = 1e-14, maxit = 100))
  if (!fit$converged || abs(coef(fit)[2]) > 1) next
  at <- mean(range(dose))
  band <- predict(fit, data.frame(dose = at), se.fit = TRUE)
  z <- qnorm(0.975)
  rows[[length(rows) + 1]] <- data.frame(dose = paste(dose, collapse = " "), n = paste(n, collapse = " "),
    y = paste(y, collapse = " "), intercept = unname(coef(fit)[1]), slope = unname(coef(fit)[2]),
    se = sqrt(vcov(fit)[2, 2]), drop = fit$null.deviance - fit$deviance,
    middle = plogis(unname(band$fit)), low = plogis(unname(band$fit) - z * unname(band$se.fit)),
    high = plogis(unname(band$fit) + z * unname(band$se.fit)))
}
write("dose", rows)
writeLines(R.version.string, "outcome_version.txt")
