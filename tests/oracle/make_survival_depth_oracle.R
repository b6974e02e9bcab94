# What R says about the deeper survival statistics: competing risks, restricted means, piecewise
# ratios, Cox and logistic models, proportional hazards, splines, cut points.
# Run from anywhere: Rscript tests/oracle/make_survival_depth_oracle.R
# Reads depth/inputs/*.csv and cohorts/*.csv beside this file; writes depth/inputs/r_*.csv and
# depth/outputs/*.csv. Needs survival, cmprsk, maxstat and rms.
suppressMessages({library(survival); library(cmprsk)})
options(warn = -1)
invisible(Sys.setlocale("LC_COLLATE", "C"))
here <- dirname(normalizePath(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))))
setwd(here)

TRANSFORMS <- c("log-log", "log", "plain")
found <- list()
keep <- function(file, ...) {
  found[[file]] <<- c(found[[file]], list(data.frame(..., stringsAsFactors = FALSE)))
}
number <- function(x) ifelse(is.na(x), "", sprintf("%.13g", x))
text <- c(group = "character", stratum = "character")

# ---------------------------------------------------------------- competing risks

incidence <- function(name, d) {
  for (g in sort(unique(d$group))) {
    one <- d[d$group == g, ]
    status <- factor(one$status, 0:2, c("censored", "event", "competing"))
    for (ct in TRANSFORMS) {
      fit <- survfit(Surv(one$time, status) ~ 1, conf.type = ct, timefix = FALSE)
      for (state in c("event", "competing")) {
        i <- match(state, fit$states)
        keep("incidence", dataset = name, group = g, ci = ct, state = state, time = fit$time,
          at_risk = fit$n.risk[, 1], share = fit$pstate[, i], std_err = fit$std.err[, i],
          low = fit$lower[, i], high = fit$upper[, i])
      }
    }
  }
}

# cuminc's own p is 1 - pchisq; here the upper tail. cuminc gives -1 where the variance is singular.
gray <- function(name, d) {
  if (length(unique(d$group)) < 2 || all(d$status == 0)) return(invisible())
  tests <- cuminc(d$time, d$status, d$group)$Tests
  keep("gray", dataset = name, state = rownames(tests), statistic = tests[, "stat"],
    df = tests[, "df"], p = pchisq(tests[, "stat"], tests[, "df"], lower.tail = FALSE))
}

all <- read.csv("depth/inputs/competing.csv", colClasses = text["group"])
for (name in unique(all$dataset)) {
  incidence(name, all[all$dataset == name, ])
  gray(name, all[all$dataset == name, ])
}

# mgus2: progression to a plasma cell malignancy, death competing, as in the package's vignette
mgus <- with(mgus2, data.frame(dataset = "r_mgus2", group = as.character(sex),
  time = ifelse(pstat == 0, futime, ptime), status = ifelse(pstat == 0, 2 * death, 1)))
write.csv(mgus, "depth/inputs/r_mgus2.csv", row.names = FALSE, quote = FALSE)
incidence("r_mgus2", mgus)
gray("r_mgus2", mgus)

# Built-in cohorts, the first event of every patient by the rules of hccviz.data.competing
# (a copy of the columns read stays beside the numbers, as the cohorts are rebuilt now and then)
for (file in sort(Sys.glob("cohorts/*.csv"))) {
  all <- read.csv(file, colClasses = "character", na.strings = "", check.names = FALSE)
  cohort <- sub("\\.csv$", "", basename(file))
  all <- all[grepl("_(months|event)$", names(all)) | names(all) == "child_pugh_class"]
  write.csv(all, file.path("depth/inputs", paste0("c_", cohort, ".csv")), row.names = FALSE,
    quote = FALSE, na = "")
  T <- as.numeric(all$os_months); dead <- as.integer(all$os_event)
  for (endpoint in intersect(c("lc", "ihrfs", "dmfs", "ttp", "cr"),
      sub("_months$", "", grep("_months$", names(all), value = TRUE)))) {
    t <- as.numeric(all[[paste0(endpoint, "_months")]])
    e <- as.integer(all[[paste0(endpoint, "_event")]])
    died <- dead == 1 & (T < t | (T == t & e == 0))
    d <- data.frame(time = ifelse(died, T, t), status = ifelse(died, 2, e),
      group = all$child_pugh_class, stringsAsFactors = FALSE)
    d <- d[stats::complete.cases(d), ]
    if (nrow(d) == 0) next
    keep("first_events", cohort = cohort, endpoint = endpoint, n = nrow(d),
      events = sum(d$status == 1), competing = sum(d$status == 2))
    gray(paste(cohort, endpoint, sep = ":"), d)
  }
}

# ---------------------------------------------------------------- horizons, landmarks, periods

sources <- c("battery", "edges", "r_lung", "r_veteran", "r_colon", "r_mgus2")
small <- do.call(rbind, lapply(sources, function(f)
  read.csv(file.path("inputs", paste0(f, ".csv")), colClasses = text)))
for (name in unique(small$dataset)) {
  d <- small[small$dataset == name, ]
  for (g in unique(d$group)) {
    one <- d[d$group == g, ]
    fit <- survfit(Surv(time, event) ~ 1, one, timefix = FALSE)
    for (share in c(0.5, 0.9, 1)) {
      tau <- share * max(one$time)
      if (tau <= min(one$time)) next # R refuses a horizon before the first time
      m <- summary(fit, rmean = tau)$table
      keep("rmst", dataset = name, group = g, horizon = sprintf("%.17g", tau),
        mean = m["rmean"], se = m["se(rmean)"])
    }
  }
}

tight <- coxph.control(eps = 1e-12, iter.max = 60, toler.chol = 1e-14, timefix = FALSE)
cuts <- c(r_lung = 200, r_veteran = 90, r_colon = 500, r_mgus2 = 100)
for (name in names(cuts)) {
  d <- small[small$dataset == name, ]
  d$group <- factor(d$group)
  split <- survSplit(Surv(time, event) ~ group, d, cut = cuts[name], episode = "period")
  for (k in 1:2) {
    m <- coxph(Surv(tstart, time, event) ~ group, split[split$period == k, ], control = tight)
    keep("piecewise", dataset = name, cut = cuts[name], period = k, level = levels(d$group)[-1],
      coef = coef(m), se = sqrt(diag(m$var)))
  }
  whole <- coxph(Surv(tstart, time, event) ~ group, split, control = tight)
  apart <- coxph(Surv(tstart, time, event) ~ group * strata(period), split, control = tight)
  keep("piecewise_change", dataset = name, cut = cuts[name],
    statistic = 2 * (apart$loglik[2] - whole$loglik[2]), df = nlevels(d$group) - 1)
  late <- d[d$time >= cuts[name], ]
  keep("landmark", dataset = name, cut = cuts[name], n = nrow(late),
    statistic = survdiff(Surv(time, event) ~ group, late)$chisq)
}

# ---------------------------------------------------------------- regression models

data <- list(
  lung = with(lung, data.frame(time = time, event = status - 1, age, sex = paste0("s", sex),
    ecog = ifelse(is.na(ph.ecog), NA, paste0("e", ph.ecog)), karno = ph.karno, weight = wt.loss,
    inst = paste0("i", inst %% 4))),
  veteran = with(veteran, data.frame(time = time, event = status, age, cell = as.character(celltype),
    karno, trt = paste0("t", trt), prior = paste0("p", prior), diagtime)),
  colon = with(colon[colon$etype == 2, ], data.frame(time = time, event = status, age,
    rx = as.character(rx), sex = paste0("s", sex), nodes, differ = ifelse(is.na(differ), NA,
    paste0("d", differ)), surg = paste0("u", surg))))
for (name in names(data)) write.csv(data[[name]], file.path("depth/inputs", paste0("m_", name, ".csv")),
  row.names = FALSE, quote = FALSE, na = "")

# name: data set | factors (numbers bare, "/step") | interactions | strata
models <- list(
  lung_all = list("lung", c("age", "sex", "ecog", "karno", "weight")),
  lung_strata = list("lung", c("age", "ecog", "karno"), strata = "inst"),
  lung_interaction = list("lung", c("sex", "ecog", "age"), interactions = list(c("sex", "ecog"))),
  veteran_all = list("veteran", c("cell", "karno", "trt", "prior", "age", "diagtime")),
  veteran_product = list("veteran", c("trt", "karno"), interactions = list(c("trt", "karno"))),
  veteran_strata = list("veteran", c("karno", "trt"), strata = "cell"),
  colon_all = list("colon", c("rx", "sex", "age", "nodes", "differ", "surg")),
  colon_one = list("colon", c("nodes")))
named <- function(m, d) { # R's coefficient names as term and level
  term <- rep(names(m$assign), lengths(m$assign))
  level <- names(coef(m))
  for (f in names(d)) level <- gsub(paste0("(^|:)", f), "\\1", level)
  data.frame(term = term, level = level)
}
for (name in names(models)) {
  spec <- models[[name]]
  d <- data[[spec[[1]]]]
  right <- c(spec[[2]], sapply(spec$interactions, paste, collapse = ":"))
  strata <- if (is.null(spec$strata)) "" else paste0(" + strata(", spec$strata, ")")
  d <- d[stats::complete.cases(d[c(spec[[2]], spec$strata)]), ]
  m <- coxph(as.formula(paste("Surv(time, event) ~", paste(right, collapse = " + "), strata)), d,
    control = tight)
  who <- named(m, d)
  keep("models", model = name, data = spec[[1]], factors = paste(spec[[2]], collapse = " "),
    interactions = paste(sapply(spec$interactions, paste, collapse = ":"), collapse = " "),
    strata = if (is.null(spec$strata)) "" else spec$strata, n = m$n, events = m$nevent,
    null = m$loglik[1], fitted = m$loglik[2], wald = m$wald.test, score = m$score,
    df = sum(!is.na(coef(m))), concordance = m$concordance["concordance"],
    concordance_se = m$concordance["std"])
  keep("model_rows", model = name, term = who$term, level = who$level, coef = coef(m),
    se = ifelse(is.na(coef(m)), NA, sqrt(diag(m$var))))
  dropped <- drop1(m, test = "Chisq")[-1, ]
  label <- rownames(dropped)
  usable <- !grepl("strata", label)
  keep("model_terms", model = name, term = label[usable], df = dropped$Df[usable],
    statistic = dropped$LRT[usable])
  for (transform in c("km", "rank", "identity", "log")) {
    z <- cox.zph(m, transform = transform)
    keep("zph", model = name, transform = transform, term = rownames(z$table),
      statistic = z$table[, "chisq"], df = z$table[, "df"], p = z$table[, "p"])
    if (transform == "km" && is.null(spec$strata)) for (j in seq_len(ncol(z$y)))
      keep("zph_residuals", model = name, term = colnames(z$y)[j], x = head(z$x, 25),
        y = head(z$y[, j], 25))
  }
}

# Logistic: the event within a time as outcome, all patients followed up long enough in these data
logistic <- list(lung = c("age", "sex", "ecog", "weight"), veteran = c("cell", "karno", "trt"),
  colon = c("rx", "nodes", "differ"))
for (name in names(logistic)) {
  d <- data[[name]]
  d$y <- as.integer(d$event == 1 & d$time < median(d$time))
  d <- d[stats::complete.cases(d[logistic[[name]]]), ]
  m <- glm(as.formula(paste("y ~", paste(logistic[[name]], collapse = " + "))), binomial, d,
    epsilon = 1e-14, maxit = 100)
  m <- glm(formula(m), binomial, d, epsilon = 1e-14, maxit = 100, start = coef(m))
  s <- coef(summary(m))
  keep("logistic_rows", data = name, factors = paste(logistic[[name]], collapse = " "),
    limit = median(data[[name]]$time), row = rownames(s), coef = s[, 1], se = s[, 2])
  dropped <- drop1(m, test = "Chisq")[-1, ]
  keep("logistic_terms", data = name, term = rownames(dropped), statistic = dropped$LRT,
    df = dropped$Df, aic = AIC(m))
  band <- predict(m, d[1:10, ], se.fit = TRUE)
  keep("logistic_band", data = name, fit = plogis(band$fit),
    low = plogis(band$fit - qnorm(0.975) * band$se.fit),
    high = plogis(band$fit + qnorm(0.975) * band$se.fit))
}

# ---------------------------------------------------------------- splines and cut points

numbers <- list(c("lung", "age"), c("lung", "weight"), c("veteran", "karno"), c("colon", "nodes"))
for (who in numbers) for (k in 3:5) {
  d <- data[[who[1]]]
  d <- d[!is.na(d[[who[2]]]), ]
  x <- d[[who[2]]]
  knots <- unname(quantile(x, c(list(c(.1, .5, .9)), list(c(.05, .35, .65, .95)),
    list(c(.05, .275, .5, .725, .95)))[[k - 2]]))
  if (length(unique(knots)) < k) next
  basis <- Hmisc::rcspline.eval(x, knots, inclx = TRUE)
  m <- coxph(Surv(time, event) ~ basis, d, control = tight)
  line <- coxph(Surv(time, event) ~ x, d, control = tight)
  at <- unname(quantile(x, c(0, .1, .3, .6, .9, 1)))
  gap <- sweep(Hmisc::rcspline.eval(at, knots, inclx = TRUE), 2,
    Hmisc::rcspline.eval(median(x), knots, inclx = TRUE))
  b <- c(gap %*% coef(m))
  se <- sqrt(rowSums((gap %*% m$var) * gap))
  keep("spline", data = who[1], number = who[2], knots = paste(knots, collapse = " "), at = at,
    log_ratio = b, se = se, overall = 2 * diff(m$loglik),
    curved = 2 * (m$loglik[2] - line$loglik[2]), line = coef(line))
}

# maxstat's own scores differ under tied times, so that it reads times without ties; the same
# statistic from martingale residuals (Breslow) is taken with ties
for (who in numbers) for (ties in c(TRUE, FALSE)) {
  d <- data[[who[1]]]
  d <- d[!is.na(d[[who[2]]]), ]
  x <- d[[who[2]]]
  t <- if (ties) d$time else rank(d$time, ties.method = "first")
  score <- residuals(coxph(Surv(t, d$event) ~ 1, ties = "breslow"))
  M <- maxstat::maxstat(score, x, smethod = "Data", pmethod = "Lau92", minprop = 0.1, maxprop = 0.9)
  if (!ties) {
    own <- maxstat::maxstat.test(Surv(t, event) ~ x, data.frame(t, event = d$event, x),
      smethod = "LogRank", pmethod = "Lau92")
    stopifnot(all.equal(unname(own$statistic), unname(M$statistic), tolerance = 1e-10),
      all.equal(own$p.value, M$p.value, tolerance = 1e-9))
  }
  next_value <- sapply(M$cuts, function(v) min(x[x > v]))
  high <- lapply(next_value, function(v) coxph(Surv(t, d$event) ~ I(x >= v), control = tight))
  keep("cutpoints", data = who[1], number = who[2], ties = ties, cut = next_value,
    statistic = M$stats, coef = sapply(high, coef), se = sapply(high, function(m) sqrt(c(m$var))),
    p = M$p.value)
}

# ---------------------------------------------------------------- forest

forests <- list(list("lung", "sex", c("ecog", "inst")), list("veteran", "trt", c("cell", "prior")),
  list("colon", "sex", c("rx", "differ", "surg")))
for (spec in forests) for (by in spec[[3]]) {
  d <- data[[spec[[1]]]]
  d <- data.frame(time = d$time, event = d$event, arm = d[[spec[[2]]]], by = d[[by]])
  d <- d[stats::complete.cases(d), ]
  a <- coxph(Surv(time, event) ~ arm + by, d, control = tight)
  b <- coxph(Surv(time, event) ~ arm * by, d, control = tight)
  keep("forest", data = spec[[1]], arm = spec[[2]], by = by,
    statistic = 2 * (b$loglik[2] - a$loglik[2]), df = sum(!is.na(coef(b))) - sum(!is.na(coef(a))))
}

# ---------------------------------------------------------------- selection, by R's own tools

d <- data$lung
p <- sapply(c("age", "sex", "ecog", "karno", "weight"), function(f) {
  m <- coxph(as.formula(paste("Surv(time, event) ~", f)), d, control = tight)
  pchisq(2 * diff(m$loglik), sum(!is.na(coef(m))), lower.tail = FALSE)
})
keep("selection", stage = "univariable", name = names(p), p = p)
left <- names(p)[p < 0.2]
d <- d[stats::complete.cases(d[left]), ]
repeat {
  m <- coxph(as.formula(paste("Surv(time, event) ~", paste(left, collapse = " + "))), d,
    control = tight)
  one <- drop1(m, test = "Chisq")[-1, ]
  q <- one[["Pr(>Chi)"]]
  if (max(q) < 0.05) break
  keep("selection", stage = "backward", name = rownames(one)[which.max(q)], p = max(q))
  left <- setdiff(left, rownames(one)[which.max(q)])
}
keep("selection", stage = "kept", name = rownames(one), p = q)

# ---------------------------------------------------------------- write

dir.create("depth/outputs", showWarnings = FALSE)
for (file in names(found)) {
  d <- do.call(rbind, found[[file]])
  d[] <- lapply(d, function(x) if (is.numeric(x)) number(x) else as.character(x))
  write.csv(d, file.path("depth/outputs", paste0(file, ".csv")), row.names = FALSE, quote = FALSE)
}
writeLines(c(R.version.string, sapply(c("survival", "cmprsk", "maxstat", "Hmisc"),
  function(p) paste(p, packageVersion(p)))), "depth/outputs/versions.txt")
